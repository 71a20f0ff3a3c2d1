"""What every module leans on: database, jobs, web, telemetry, security primitives."""
