"""The addresses of the window."""

from django.urls import path

from window.pages import entrance, hand_in, people, release_acts, releases, standing

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
    path("standing/", standing.standing, name="standing"),
    path("standing/findings/", standing.findings, name="standing-findings"),
    path("standing/findings/<str:rule>/", standing.findings_of, name="standing-findings-of"),
    path("standing/loads/", standing.loads, name="standing-loads"),
    path("standing/build/", standing.build, name="standing-build"),
    path("standing/build/start/", standing.start, name="standing-start"),
    path("standing/waivers/", standing.waivers, name="standing-waivers"),
    path("standing/claims/", standing.claims, name="standing-claims"),
    path("standing/claims/lacking/", standing.lacking, name="standing-lacking"),
    path("standing/layouts/", standing.layouts, name="standing-layouts"),
    path("standing/layouts/show/", standing.show, name="standing-show"),
    path("standing/layouts/shown/<str:token>/", standing.shown, name="standing-shown"),
    path("standing/doctor/", standing.examined, name="standing-doctor"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="people-add"),
    path("people/list/", people.bring, name="people-import"),
    path("people/list/apply/", people.apply, name="people-apply"),
    path("people/list/now/", people.export, name="people-export"),
    path("people/of/<str:username>/", people.person, name="people-person"),
    path("people/of/<str:username>/give/", people.give, name="people-give"),
    path("people/of/<str:username>/end/<int:post>/", people.end, name="people-end"),
    path("people/of/<str:username>/active/", people.active, name="people-active"),
    path("people/of/<str:username>/unlock/", people.unlock, name="people-unlock"),
    path("people/of/<str:username>/password/", people.password, name="people-password"),
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
