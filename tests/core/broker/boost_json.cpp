// Boost.JSON is compiled here once; the transcripts are JSON.
#include <boost/json/src.hpp>
