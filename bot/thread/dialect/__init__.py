"""Our Markdown: CommonMark with tables, ~~strikethrough~~, ||spoilers|| and $maths$, each token with its place."""
