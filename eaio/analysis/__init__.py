"""Understanding a load: profiles, weather models, anomalies, benchmarks, measurement and verification."""
