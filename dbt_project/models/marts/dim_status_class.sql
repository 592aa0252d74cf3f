{{ told_rows(terms('status_classes'), {
    'status_code': 'code', 'version': 'version', 'label': 'label', 'status_group': 'group',
}) }}
