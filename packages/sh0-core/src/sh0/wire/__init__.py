"""The registry as HTTP, both ways: what sh0d serves, and what `sh0.connect` speaks. No framework."""
