// Boost.JSON's definitions, compiled once; everybody else includes <boost/json.hpp> and links this room.
#include <boost/json/src.hpp>
