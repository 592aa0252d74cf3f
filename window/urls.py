"""The addresses of the window."""

from django.urls import path

from window.pages import entrance, hand_in, release_acts, releases

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
    path("releases/", releases.every, name="releases"),
    path("releases/<str:day>/", releases.release, name="release"),
    path("releases/<str:day>/draft/", release_acts.draft, name="release-draft"),
    path("releases/<str:day>/correct/", release_acts.correct, name="release-correct"),
    path("releases/<str:day>/approve/", release_acts.approve, name="release-approve"),
    path("releases/<str:day>/reject/", release_acts.reject, name="release-reject"),
    path("releases/<str:day>/publish/", release_acts.publish, name="release-publish"),
    path(
        "releases/<str:day>/draft/<str:content_hash>/<str:name>",
        releases.draft_file,
        name="draft-file",
    ),
    path(
        "releases/<str:day>/r<int:number>/<str:name>", releases.revision_file, name="revision-file"
    ),
]
