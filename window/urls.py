"""The addresses of the window."""

from django.urls import path

from window.pages import entrance, hand_in

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
]
