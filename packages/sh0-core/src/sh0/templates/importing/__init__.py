"""From a Compose file, and from what an importer has read, to a template. Pure: texts in, a text and a report out."""
