"""What a home keeps: a record and its table for each kind of thing. Knows no operation and no engine."""
