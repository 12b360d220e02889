"""Plants in beds, with tags, remarks, characteristics, addresses and contact points."""

from django.conf import settings
from django.db import models

from tend.kernel.books import Book
from tend.kernel.record import Record
from tend.kernel.traits.addresses import Address
from tend.kernel.traits.characteristics import CharacteristicValue, WearsCharacteristics
from tend.kernel.traits.contact_points import ContactPoint
from tend.kernel.traits.remarks import Remark, RemarkValue
from tend.kernel.traits.tags import TagLink


class Bed(Book):
    pass


class Plant(WearsCharacteristics, Record):
    name = models.CharField(max_length=80)
    height = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    planted_on = models.DateField(null=True, blank=True)
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, blank=True, related_name="+")
    mother = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    needs_water = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")

    def __str__(self) -> str:
        return self.name


class PlantAddress(Address):
    record = models.ForeignKey(Plant, models.CASCADE, related_name="addresses")


class PlantPoint(ContactPoint):
    record = models.ForeignKey(Plant, models.CASCADE, related_name="points")


class PlantTag(TagLink):
    record = models.ForeignKey(Plant, models.CASCADE, related_name="tag_links")


class PlantRemark(Remark):
    record = models.ForeignKey(Plant, models.CASCADE, related_name="remarks")


class PlantRemarkValue(RemarkValue):
    record = models.ForeignKey(Plant, models.CASCADE, related_name="remark_values")


class PlantCharacteristic(CharacteristicValue):
    record = models.ForeignKey(Plant, models.CASCADE, related_name="characteristic_values")


class Watering(models.Model):
    """A derived row, kept by a projection."""

    plant = models.OneToOneField(Plant, models.CASCADE)
    objects = models.Manager()
