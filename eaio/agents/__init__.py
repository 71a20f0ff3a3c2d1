"""Questions in plain words: understanding them, the registry of tools, the graph that runs them, the answer."""
