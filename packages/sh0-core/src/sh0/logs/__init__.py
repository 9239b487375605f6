"""What apps print, kept: collected from the engines, redacted, bounded, searched."""
