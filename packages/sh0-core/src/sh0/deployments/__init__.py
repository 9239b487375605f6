"""Deployments: one way in, one history. See docs/explanation/deployments for what always holds."""
