// Everything that a program which embeds Roundhouse needs.
//
//   Scenario scenario;                                    a value; or read_scenario("x.toml")
//   auto cluster = Cluster::build(scenario).value();      either world; nothing has happened yet
//   cluster->start();
//   cluster->run_until([&] { ... }, 5s);                  steps, clients, faults in between
//   cluster->finish();                                    a Summary; and the trace to check
#pragma once

#include <roundhouse/app.h>
#include <roundhouse/books.h>
#include <roundhouse/checker.h>
#include <roundhouse/client.h>
#include <roundhouse/cluster.h>
#include <roundhouse/instant.h>
#include <roundhouse/record.h>
#include <roundhouse/recording.h>
#include <roundhouse/result.h>
#include <roundhouse/scenario.h>
#include <roundhouse/state.h>
#include <roundhouse/step.h>
#include <roundhouse/summary.h>
#include <roundhouse/trace.h>
#include <roundhouse/world.h>
