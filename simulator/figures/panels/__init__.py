"""One module per kind of panel. Each has `frame` (axes and titles, the same for every position of the
slider), `datasets` (what is drawn, by name) and `spec` (the Vega-Lite description of both)."""
