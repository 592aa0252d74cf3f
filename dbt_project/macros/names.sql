{#
    A name as it is compared, never as it is shown: without spaces, line breaks and what is not seen,
    letters, digits, marks and kana of one width and case, 子ども as こども. A name that needs more is
    an alias. `ingest.names` says the same.
#}
{% macro name_key(name) -%}
    {{ return(adapter.dispatch('name_key', 'mishukin')(name)) }}
{%- endmacro %}

{% macro duckdb__name_key(name) -%}
    {%- set wide = '！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＾＿｀｛｜｝～０１２３４５６７８９'
        ~ 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｡｢｣､･ｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎ'
        ~ 'ﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯヶヵ〔〕’‘′´`ʹʼ″”“ʺ' -%}
    {%- set narrow = '!"#$%&\'()*+,-./:;<=>?@[\\]^_\'{|}~0123456789'
        ~ 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ。「」、・ーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ'
        ~ 'マミムメモヤユヨラリルレロワヲンァィゥェォャュョッケカ[]' ~ "'" * 7 ~ '""""' -%}
    {%- set seen -%} upper(regexp_replace({{ name }}, '[\s\p{Z}\p{Cc}\p{Cf}]', '', 'g')) {%- endset -%}
    replace(replace(replace(
        nfc_normalize(
            -- Character by character takes its time: most names have none of these.
            case
                when regexp_matches({{ name }}, '[{{ wide }}ﾞﾟ]')
                    then translate(
                        {{ seen }},
                        {{ sql_text(wide) }} || 'ﾞﾟ',
                        {{ sql_text(narrow) }} || chr(12441) || chr(12442)
                    )
                else {{ seen }}
            end
        ),
        '"', {{ sql_text("''") }}), '子ども', 'こども'), '子供', 'こども'
    )
{%- endmacro %}

{# What a claim without a number is known by: its name and who owns it, if the form says so. #}
{% macro claim_key_of_name(claim_name, department) -%}
    concat_ws('／', {{ claim_name }}, {{ department }})
{%- endmacro %}

{# The texts of a JSON list, a row each. #}
{% macro unnest_json_list(list) -%}
    {{ return(adapter.dispatch('unnest_json_list', 'mishukin')(list)) }}
{%- endmacro %}

{% macro duckdb__unnest_json_list(list) -%}
    unnest(cast(cast({{ list }} as json) as varchar[]))
{%- endmacro %}

{# A text as SQL writes it; NULL where there is none. #}
{% macro sql_text(text) -%}
    {%- if text is none -%} cast(null as varchar) {%- else -%} '{{ text | replace("'", "''") }}' {%- endif -%}
{%- endmacro %}
