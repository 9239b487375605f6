"""Recipe of Perl."""
