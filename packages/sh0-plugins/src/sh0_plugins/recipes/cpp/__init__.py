"""Facts about projects in C and C++: their libraries, and what is common to their build systems."""
