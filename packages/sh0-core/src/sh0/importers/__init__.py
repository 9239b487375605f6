"""What reads the catalogues of other platforms is made of: a draft of a template, and notes on what became of it."""
