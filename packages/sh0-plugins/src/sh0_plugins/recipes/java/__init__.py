"""Facts about projects for the Java virtual machine."""
