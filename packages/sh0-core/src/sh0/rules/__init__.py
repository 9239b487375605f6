"""Static analysis of a project before it is deployed: the engine; what is looked for comes from plugins."""
