// Scenes of histories written by hand: two clients, two instances, a proxy and a broker, a record each millisecond.
#include <catch2/catch.hpp>

#include "gui/models/storyteller.h"
#include "tests/gui/models/captured_run.h"

namespace roundhouse::view {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::client_named;
using test::recorded;

class Story {
 public:
  struct KeptTrace : Trace {
    KeptTrace() { keep_records(true); }
  };
  KeptTrace trace;
  Instant now;
  EntityId broker = add(EntityKind::broker, "broker");
  EntityId app_1 = add(EntityKind::app, "app-1");
  EntityId app_2 = add(EntityKind::app, "app-2");
  EntityId proxy = add(EntityKind::proxy, "proxy");
  EntityId ann = add(EntityKind::client, "ann");
  EntityId bob = add(EntityKind::client, "bob");

  EntityId add(EntityKind kind, const std::string& name) {
    return trace.add_entity(kind, name, {}, "127.0.0.1", now);
  }
  TextId socket_of(EntityId client) { return trace.text("s-" + trace.entity(client).name); }

  void write(Record record) {
    now = now + 1ms;
    record.at = now;
    trace.write(record);
  }
  void life(RecordKind kind, EntityId who, How how, std::uint64_t incarnation = 1) {
    write(
        {.by = who, .kind = kind, .how = static_cast<std::uint8_t>(how), .other = who, .value = incarnation});
  }
  void all_up() {
    for (const EntityId who : {broker, app_1, app_2, proxy, ann, bob}) life(RecordKind::up, who, How::start);
  }
  void client(EntityId who, ClientPhase phase, std::uint16_t status = 0, const char* text = "") {
    write({.by = who,
           .kind = RecordKind::client,
           .how = static_cast<std::uint8_t>(phase),
           .code = status,
           .subject = phase == ClientPhase::open ? socket_of(who) : TextId{},
           .text = trace.text(text)});
  }
  void connect(EntityId who, EntityId app, const std::string& suffix = "") {
    const TextId session = trace.text("e-" + trace.entity(who).name + suffix);
    client(who, ClientPhase::connecting);
    write({.by = app,
           .kind = RecordKind::session,
           .how = static_cast<std::uint8_t>(SessionPhase::opened),
           .subject = session});
    write({.by = app,
           .kind = RecordKind::socket,
           .how = static_cast<std::uint8_t>(SocketPhase::connected),
           .subject = socket_of(who),
           .text = trace.text("/"),
           .value = session.value});
    client(who, ClientPhase::open);
  }
  void join(EntityId who, EntityId app, const char* room) {
    for (const auto& [by, phase] : {std::pair(who, MemberPhase::asked), std::pair(app, MemberPhase::done),
                                    std::pair(who, MemberPhase::done)}) {
      write({.by = by,
             .kind = RecordKind::join,
             .how = static_cast<std::uint8_t>(phase),
             .subject = socket_of(who),
             .text = trace.text(room)});
    }
  }
  void open(EntityId from, EntityId to, std::uint32_t connection) {
    write({.by = from, .kind = RecordKind::open, .connection = connection, .other = to});
  }
  void hop(std::uint64_t message, What what, EntityId from, EntityId to, Duration took) {
    write({.by = to,
           .kind = RecordKind::hop,
           .how = static_cast<std::uint8_t>(what),
           .message = {message},
           .other = from,
           .extra = static_cast<std::uint64_t>((now + 1ms - took).ns)});
  }
  void lost(std::uint64_t message, What what, EntityId from, EntityId to, Duration before) {
    write({.by = from,
           .kind = RecordKind::lost,
           .how = static_cast<std::uint8_t>(what),
           .code = static_cast<std::uint16_t>(Cause::dead),
           .message = {message},
           .other = to,
           .extra = static_cast<std::uint64_t>((now + 1ms - before).ns)});
  }
  void send(EntityId who, std::uint64_t message) {
    write({.by = who,
           .kind = RecordKind::send,
           .message = {message},
           .subject = socket_of(who),
           .text = trace.text("lobby")});
  }
  void accept(EntityId app, EntityId who, std::uint64_t message) {
    write({.by = app,
           .kind = RecordKind::accept,
           .message = {message},
           .subject = socket_of(who),
           .text = trace.text("lobby")});
  }
  /// Ends the run so much later, so that every moment before lies within it.
  std::unique_ptr<RunModel> model(Duration later = 5s) {
    now = now + later;
    write({.kind = RecordKind::run_end});
    return recorded(test::captured(trace));
  }
};

TEST_CASE("a client wears the letter of the instance that holds its session", "[gui]") {
  Story story;
  story.all_up();
  story.connect(story.ann, story.app_2);
  story.join(story.ann, story.app_2, "lobby");
  const Instant joined = story.now;
  const auto run = story.model();
  run->seek(joined);
  const SceneClient& ann = client_named(run->scene(), "ann");
  CHECK(ann.home == 1);
  CHECK(ann.session == "e-ann");
  CHECK(ann.room == "lobby");
  CHECK(client_named(run->scene(), "bob").home == no_letter);
  CHECK(run->scene().instances[1].sessions == 1);
  REQUIRE(run->scene().instances[1].rooms.size() == 1);
  CHECK(run->scene().instances[1].rooms[0].members == 1);
  REQUIRE(run->scene().channels.size() == 1);
  CHECK(run->scene().channels[0].present == std::vector<bool>{false, true});
}

TEST_CASE("a killed instance leaves its clients without a home until another takes them", "[gui]") {
  Story story;
  story.all_up();
  story.connect(story.ann, story.app_1);
  story.connect(story.bob, story.app_2);
  const Instant before = story.now;
  story.life(RecordKind::down, story.app_1, How::kill);
  const Instant killed = story.now;
  story.client(story.ann, ClientPhase::closed);
  story.connect(story.ann, story.app_2, "-2");
  const Instant back = story.now;
  const auto run = story.model();

  run->seek(before);
  CHECK(client_named(run->scene(), "ann").home == 0);
  CHECK(run->scene().homeless == 0);
  run->seek(killed);
  CHECK(client_named(run->scene(), "ann").home == no_letter);
  CHECK(client_named(run->scene(), "bob").home == 1);
  CHECK(run->scene().homeless == 1);
  CHECK(run->scene().instances[0].down);
  CHECK(run->scene().instances[0].since == killed);
  CHECK(run->narration().plain().find("app-1 died 0.0 s ago. Its 1 session ") == 0);
  CHECK(run->narration().plain().find("0 back, 1 still out") != std::string::npos);
  run->seek(back);
  CHECK(client_named(run->scene(), "ann").home == 1);
  CHECK(run->narration().plain().find("1 back, 0 still out") != std::string::npos);
}

TEST_CASE("clients stand in the order of first home and never move", "[gui]") {
  Story story;
  story.all_up();
  story.connect(story.ann, story.app_2);
  story.connect(story.bob, story.app_1);
  story.life(RecordKind::down, story.app_1, How::kill);
  story.client(story.bob, ClientPhase::closed);
  story.connect(story.bob, story.app_2, "-2");
  const auto run = story.model();
  for (const Instant moment : {Instant{}, at(10ms), run->head()}) {
    run->seek(moment);
    CHECK(run->scene().clients[0].name == "bob");
    CHECK(run->scene().clients[1].name == "ann");
  }
}

TEST_CASE("a hop is a flight from its departure to its arrival, in the colour of the instance it entered",
          "[gui]") {
  Story story;
  story.all_up();
  story.connect(story.ann, story.app_2);
  story.connect(story.bob, story.app_1);
  story.send(story.ann, 1);
  story.hop(1, What::frame, story.ann, story.proxy, 1ms);
  const Instant at_proxy = story.now;
  story.hop(1, What::frame, story.proxy, story.app_2, 1ms);
  story.accept(story.app_2, story.ann, 1);
  story.now = story.now + 20ms;
  story.hop(1, What::deliver, story.proxy, story.bob, 8ms);
  const Instant delivered = story.now;
  const auto run = story.model();

  run->seek(at_proxy - 1ms);
  REQUIRE(run->scene().flights.size() == 1);
  CHECK(run->scene().flights[0].sign == Sign::frame);
  CHECK(run->scene().flights[0].client == story.ann);
  CHECK(run->scene().flights[0].colour == 1);
  run->seek(delivered - 8ms);
  REQUIRE(run->scene().flights.size() == 1);
  CHECK(run->scene().flights[0].sign == Sign::delivery);
  CHECK(run->scene().flights[0].client == story.bob);
  CHECK(run->scene().flights[0].colour == 1);
  CHECK(run->scene().in_flight == 1);
  run->seek(delivered);
  CHECK(run->scene().flights.empty());
}

TEST_CASE("what is lost dies where it was, and is seen a while longer", "[gui]") {
  Story story;
  story.all_up();
  story.connect(story.ann, story.app_1);
  story.hop(1, What::deliver, story.app_1, story.proxy, 8ms);
  story.lost(2, What::deliver, story.app_1, story.proxy, 4ms);
  const Instant died = story.now;
  const auto run = story.model();

  run->seek(died - 1ms);
  REQUIRE(run->scene().flights.size() == 1);
  CHECK(run->scene().in_flight == 1);
  const Duration shown = run->default_second() * 8 / 10;
  run->seek(died);
  REQUIRE(run->scene().flights.size() == 1);
  const SceneFlight& flight = run->scene().flights[0];
  CHECK(flight.lost);
  CHECK(flight.cause == Cause::dead);
  CHECK(flight.arrives == died);
  CHECK(flight.reached == Approx(0.5));
  CHECK(run->scene().in_flight == 0);
  run->seek(died + shown / 2);
  CHECK(run->scene().flights.size() == 1);
  run->seek(died + shown + 1ms);
  CHECK(run->scene().flights.empty());
}

TEST_CASE("a 400 reaches its client when the client gives up, and flies to it as rejected", "[gui]") {
  Story story;
  story.all_up();
  story.connect(story.ann, story.app_1);
  story.open(story.ann, story.proxy, 7);
  const TextId peer = story.trace.text("app-2:5000");
  story.write({.by = story.proxy, .kind = RecordKind::route, .connection = 7, .subject = peer, .value = 1});
  const Instant routed = story.now;
  story.open(story.proxy, story.app_2, 8);
  story.write({.by = story.app_2,
               .kind = RecordKind::request,
               .code = 400,
               .connection = 8,
               .subject = story.trace.text("e-ann"),
               .value = 2});
  const Instant refused = story.now;
  story.write({.by = story.proxy,
               .kind = RecordKind::answer,
               .code = 400,
               .connection = 7,
               .subject = peer,
               .value = 1});
  const Instant answered = story.now;
  story.client(story.ann, ClientPhase::closed, 0, "transport error");
  const Instant closed = story.now;
  const auto run = story.model();

  run->seek(routed);
  REQUIRE(run->scene().decisions.size() == 1);
  CHECK(run->scene().decisions[0].who == "e-an");
  CHECK(run->scene().decisions[0].to == 1);
  CHECK(run->scene().decisions[0].result == SceneDecision::Result::pending);
  run->seek(refused);
  REQUIRE(run->scene().flights.size() == 1);
  CHECK(run->scene().flights[0].sign == Sign::rejected);
  CHECK(run->scene().flights[0].from == story.app_2);
  CHECK(run->scene().flights[0].client == story.ann);
  run->seek(answered);
  REQUIRE(run->scene().flights.size() == 1);
  CHECK(run->scene().flights[0].to == story.ann);
  CHECK(run->scene().decisions[0].result == SceneDecision::Result::rejected);
  CHECK(client_named(run->scene(), "ann").rejections == 0);
  run->seek(closed);
  CHECK(client_named(run->scene(), "ann").rejections == 1);
  CHECK(client_named(run->scene(), "ann").rejected_at == closed);
}

TEST_CASE("a client whose connect is not finished wears the letter of the instance it shook hands with",
          "[gui]") {
  Story story;
  story.all_up();
  story.client(story.ann, ClientPhase::connecting);
  story.open(story.ann, story.proxy, 3);
  story.write({.by = story.proxy,
               .kind = RecordKind::route,
               .connection = 3,
               .subject = story.trace.text("app-2:5000"),
               .value = 1});
  story.open(story.proxy, story.app_2, 4);
  story.write({.by = story.app_2,
               .kind = RecordKind::session,
               .how = static_cast<std::uint8_t>(SessionPhase::opened),
               .connection = 4,
               .subject = story.trace.text("e-ann")});
  const Instant opened = story.now;
  story.client(story.ann, ClientPhase::error, 400, "xhr post error");
  const Instant failed = story.now;
  const auto run = story.model();
  run->seek(opened);
  CHECK(client_named(run->scene(), "ann").home == 1);
  CHECK(client_named(run->scene(), "ann").session == "e-ann");
  run->seek(failed);
  CHECK(client_named(run->scene(), "ann").home == no_letter);
  CHECK(client_named(run->scene(), "ann").rejections == 1);
}

TEST_CASE("a sentence of the run is told until the next, names in the letters of their instances", "[gui]") {
  Story story;
  story.all_up();
  story.write({.kind = RecordKind::say,
               .subject = story.trace.text("session_elsewhere"),
               .text = story.trace.text("app-2 answers 400: the session lives in app-1")});
  const auto run = story.model();
  run->seek(run->head());
  const Narration told = run->narration();
  CHECK(told.plain() == "app-2 answers 400: the session lives in app-1.");
  REQUIRE(told.parts.size() == 6);
  CHECK(told.parts[0].letter == 1);
  CHECK(told.parts[2].tone == Narration::Part::Tone::bad);
  CHECK(told.parts[4].letter == 0);
}

TEST_CASE("the room of a channel is read from its name, whatever signs it holds", "[gui]") {
  CHECK(room_in_channel("socket.io#/#room-1#") == "room-1");
  CHECK(room_in_channel("socket.io#/#a#b#") == "a#b");
  CHECK(room_in_channel("socket.io#/#").empty());
  CHECK(room_in_channel("other").empty());
  CHECK(room_in_channel("").empty());
}

}  // namespace
}  // namespace roundhouse::view
