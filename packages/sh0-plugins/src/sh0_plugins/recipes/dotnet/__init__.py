"""Facts about .NET projects."""
