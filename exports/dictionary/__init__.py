"""The data dictionary (データ辞書): what every mart, view and column means, as HTML and XLSX."""
