"""Reading a foreign tree, within bounds and without trusting it. Of sh0 it imports values and errors only."""
