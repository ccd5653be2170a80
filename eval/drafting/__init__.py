"""Questions drafted from the library's own documents, for people to accept."""
