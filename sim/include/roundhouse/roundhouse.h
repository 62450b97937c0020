// Everything that a program which embeds Roundhouse needs.
//
//   Scenario scenario;                                    a value; or read_scenario("x.toml")
//   auto cluster = Cluster::build(scenario).value();      either world; nothing has happened yet
//   cluster->start();
//   cluster->run_until([&] { ... }, 5s);                  steps, clients, faults in between
//   cluster->finish();                                    a Summary; and the trace to check
//   check_all(History(cluster->trace()));                 a verdict for each property; wants keep_records
//   random_plan, try_plan, shrink                         looking for a run that breaks one: explore.h
//
// The programs in examples/ show each of them.
#pragma once

#include <roundhouse/app.h>
#include <roundhouse/books.h>
#include <roundhouse/checker.h>
#include <roundhouse/client.h>
#include <roundhouse/cluster.h>
#include <roundhouse/explore.h>
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
