// The one file of this program that compiles Boost.JSON.
#include <boost/json/src.hpp>
