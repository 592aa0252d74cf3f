{{ known_now(ref('mart_figure_history')) }}
