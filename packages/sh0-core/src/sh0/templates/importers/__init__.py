"""From ordinary Compose files and the catalogues of others to templates. Pure: texts in, a text and a report out."""
