#include "tests/properties/plans.h"
