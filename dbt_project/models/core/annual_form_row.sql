{{ told_rows(terms('annual_rows'), {
    'source_item': 'letter', 'year_offset': 'year_offset', 'scenario': 'scenario', 'stage': 'stage',
}) }}
