"""Archives: files that hold files, and packages of XML parts."""
