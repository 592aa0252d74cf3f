{# The seven typed amounts of a row, in the order of the form: ア ウ エ オ ウ' エ' オ'. #}
{% macro typed_measures() %}
    {{ return([
        'carried_forward',
        'assessed_prior', 'collected_prior', 'written_off_prior',
        'assessed_current', 'collected_current', 'written_off_current',
    ]) }}
{% endmacro %}
