"""From a folder of source to an image: what it is, how it is built, and what leaves the machine it lies on."""
