"""Work that takes time: how it waits, runs, is logged, cancelled and ended, whatever it does."""
