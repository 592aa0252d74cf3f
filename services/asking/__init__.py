"""Questions of staff who know a little SQL: saved ones and own ones, asked in bounds, and kept.

`questions` is the library, `running` has a question answered by a process of its own (`worker`),
`kept` keeps an answer that was given to somebody, `dictionary` tells what there is to ask for.
"""
