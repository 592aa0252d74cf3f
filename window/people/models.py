"""A person signs in; a post says what a person may do, for whom, and until when."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models


class Role(models.TextChoices):
    """What a post lets its holder do."""

    DEPARTMENT = "department", "所属"
    DATA = "data", "データ担当"
    FINANCE = "finance", "財政"
    APPROVER = "approver", "承認者"
    AUDITOR = "auditor", "監査"
    ADMINISTRATOR = "administrator", "管理者"


class Person(AbstractBaseUser):
    """Somebody of the city. Nobody is ever deleted: what they did stays told."""

    username = models.CharField(
        "利用者名",
        max_length=64,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9][a-z0-9._-]*\Z",
                "利用者名は半角の英小文字・数字・「.」「_」「-」で書いてください。",
            )
        ],
    )
    name = models.CharField("氏名", max_length=60)
    is_active = models.BooleanField("有効", default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """As pages and the audit log call the person."""
        return self.name

    def posts_on(self, day: date) -> list["Post"]:
        """The posts that the person holds on a day."""
        return [post for post in self.posts.all() if post.holds_on(day)]


class Post(models.Model):
    """A role for a municipality and, where it is 所属, for one department of it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name="人")
    role = models.CharField("役割", max_length=20, choices=Role)
    municipality = models.CharField("団体コード", max_length=6, blank=True)
    department = models.CharField("所属", max_length=60, blank=True)
    acting_for = models.CharField("だれの代理か", max_length=60, blank=True)
    since = models.DateField("開始日")
    until = models.DateField("終了日", null=True, blank=True)

    class Meta:
        """In the order in which they began."""

        ordering: ClassVar[list[str]] = ["since", "pk"]

    def __str__(self) -> str:
        """The role with whose it is: 所属(教育委員会事務局)、代理(佐藤)."""
        whose = f"({self.department})" if self.department else ""
        acting = f"、{self.acting_for}の代理" if self.acting_for else ""
        return f"{Role(self.role).label}{whose}{acting}"

    def holds_on(self, day: date) -> bool:
        """Whether it is held on a day; the last day counts."""
        return self.since <= day and (self.until is None or day <= self.until)

    def is_over(self, day: date) -> bool:
        """Whether it holds on no day from this one on, also since it was called off."""
        return self.until is not None and self.until < max(day, self.since)
