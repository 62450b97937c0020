// What an app instance answers outside Engine.IO's path: a page that chats, and the request's headers for those who look inside.
#pragma once

#include <optional>
#include <string_view>

#include "core/app/answer.h"
#include "core/http/message.h"

namespace roundhouse::app {

/// `GET /`: the page. `GET /headers`: the request's fields as a JSON object, names as they came. Empty for any other path.
/// `storage` holds the body that the answer points to.
std::optional<Answer> answer_page(const http::RequestHead& head, std::string_view instance, Bytes& storage);

}  // namespace roundhouse::app
