"""The web's plumbing: dependencies of handlers, rendering, problems, cross-site protection, headers."""
