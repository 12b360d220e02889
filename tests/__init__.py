"""The suite: the same tree as `src/tend`, plus contract/ over the registry and journeys/ in a real browser."""
