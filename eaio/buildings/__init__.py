"""Sites, buildings and energy meters: what is measured, where it stands, who owns it."""
