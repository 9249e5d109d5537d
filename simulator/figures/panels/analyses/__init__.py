"""One module per picture of an analysis. Each has `picture`, which makes plots, words and a table of an
answer; `plot` turns what it made into a Vega-Lite description."""
