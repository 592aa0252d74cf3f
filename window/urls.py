"""The addresses of the window."""

from django.urls import path

from window.pages import entrance, hand_in, origin, questions

urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("sign-in/", entrance.sign_in, name="sign-in"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("password/", entrance.password, name="password"),
    path("asset/<str:name>", entrance.asset, name="asset"),
    path("hand-in/", hand_in.hand_in, name="hand-in"),
    path("hand-in/confirm/", hand_in.confirm, name="confirm"),
    path("hand-in/copy/<str:token>/", hand_in.marked_copy, name="marked-copy"),
    path("handed-in/", hand_in.handed_in, name="handed-in"),
    path("handed-in/<str:submission>/workbook/", hand_in.workbook, name="workbook"),
    path("blanks/", hand_in.blanks, name="blanks"),
    path("blanks/draw/", hand_in.blank, name="blank"),
    path("questions/", questions.library, name="questions"),
    path("questions/ask/", questions.ask, name="ask"),
    path("questions/download/", questions.download, name="download-answer"),
    path("questions/save/", questions.save, name="save-question"),
    path("questions/drop/", questions.drop, name="drop-question"),
    path("questions/keep/", questions.keep, name="keep-answer"),
    path("questions/kept/", questions.kept_answers, name="kept"),
    path("questions/kept/<str:answer>/", questions.kept_workbook, name="kept-workbook"),
    path("questions/tables/", questions.tables, name="tables"),
    path("origin/", origin.origin, name="origin"),
    path("origin/sheet/<str:submission>/", origin.sheet, name="origin-sheet"),
]
