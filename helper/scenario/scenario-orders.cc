// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/placement-policy.h"
#include "ns3/quantities.h"
#include "ns3/random-churn.h"
#include "ns3/row-reader.h"
#include "ns3/scenario-rows.h"

#include <algorithm>
#include <set>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr size_t MAX_ORDER_NAME = 40;   //!< leaves room for what the names of its moves add
constexpr double MAX_RATE = 1e6;        //!< orders in a unit of time
constexpr uint32_t MAX_COUNT = 1000000; //!< far above any number of moves
const char ALL[] = "all";               //!< target: all servers
const char RACK_EXPECTED[] = "an NVE, a rack (the first router of its NVEs) or dc:N";

const std::vector<std::string> KINDS = {"evacuate", "balance", "churn", "cancel"};
const std::vector<std::string> EXPECTED = {"done", "partial", "refused", "cancelled", "unfinished"};

/// @return what a target may mean: NVEs, their racks and data centres
std::set<std::string>
GetTargets(const Topology& topology)
{
    std::set<std::string> targets;
    for (NodeId nve : topology.GetNves())
    {
        targets.insert(topology.GetNode(nve).name);
        targets.insert("dc:" + std::to_string(topology.GetNode(nve).dc));
        if (const auto router = topology.GetDefaultRouter(nve))
        {
            targets.insert(topology.GetNode(*router).name);
        }
    }
    return targets;
}

/// @param text number of orders in a time, `1000/h` @return orders in a second
double
ParseOrderRate(const std::string& text)
{
    const size_t slash = text.find('/');
    const std::string unit = slash == std::string::npos ? "" : text.substr(slash + 1);
    const double seconds = unit == "s" ? 1 : unit == "min" ? 60 : unit == "h" ? 3600 : 0;
    double number = 0;
    try
    {
        number = seconds > 0 ? ParseNumber(text.substr(0, slash), 0, MAX_RATE) : 0;
    }
    catch (const ValueError&)
    {
    }
    if (number <= 0)
    {
        throw ValueError(ShowText(text), "a rate above zero with its unit, such as 1000/h or 2/s");
    }
    return number / seconds;
}

/// Reads what is to be done, and to what.
void
ReadTarget(const RowReader& row, const Scenario& scenario, OperationRequest& request)
{
    const std::string& target = row.GetText("target");
    request.target = target;
    if (request.kind == OperationKind::CANCEL)
    {
        const bool move = std::any_of(scenario.moves.begin(),
                                      scenario.moves.end(),
                                      [&target](const MoveRow& m)
                                      {
                                          return m.name == target;
                                      });
        const bool order = std::any_of(
            scenario.orders.begin(),
            scenario.orders.end(),
            [&target, &request](const OrderRow& o)
            {
                const std::string& name = o.request.name;
                return name != request.name &&
                       (name == target || target.compare(0, name.size() + 1, name + ".") == 0);
            });
        if (!move && !order)
        {
            row.Fail("target", "a migration of moves.csv, an order above, or a move of one");
        }
        return;
    }
    const bool all = target == ALL && request.kind != OperationKind::EVACUATE;
    if (!all && !GetTargets(scenario.topology).count(target))
    {
        row.Fail("target",
                 std::string(RACK_EXPECTED) +
                     (request.kind == OperationKind::EVACUATE ? "" : ", or all"));
    }
}

/// Reads when it ends.
void
ReadUntil(const RowReader& row, const Scenario& scenario, OrderRow& order)
{
    if (!row.Has("until"))
    {
        if (order.request.kind == OperationKind::CHURN)
        {
            order.request.until = scenario.duration;
        }
        return;
    }
    order.request.until = row.Get("until",
                                  [](const std::string& text)
                                  {
                                      return ParseTime(text, Bound::NON_NEGATIVE);
                                  });
    if (*order.request.until <= order.time || *order.request.until > scenario.duration)
    {
        row.Fail("until",
                 "a time after " + FormatTime(order.time) + " and up to " +
                     FormatTime(scenario.duration) + ", the end of the run");
    }
}

/// Reads how the destinations are chosen.
void
ReadPlacement(const RowReader& row, OperationRequest& request)
{
    const bool churn = request.kind == OperationKind::CHURN;
    if (request.kind == OperationKind::BALANCE)
    {
        row.MustBeEmpty("placement", "a balance moves to the emptiest server");
        return;
    }
    auto policies = PlacementPolicy::GetNames();
    if (churn)
    {
        policies.push_back(RandomChurn::RANDOM);
    }
    request.placement = row.Get("placement",
                                std::string(churn ? RandomChurn::RANDOM : ""),
                                [&policies](const std::string& text)
                                {
                                    return policies[ParseChoice(text, policies)];
                                });
}

/// Reads what is said of the moves.
void
ReadMoveKind(const RowReader& row, const Scenario& scenario, OperationRequest& request)
{
    const std::vector<std::string> types = {MoveTypeName(MoveType::HOT),
                                            MoveTypeName(MoveType::COLD)};
    const size_t type = row.Get("type",
                                size_t{0},
                                [&types](const std::string& text)
                                {
                                    return ParseChoice(text, types);
                                });
    request.type = type == 0 ? MoveType::HOT : MoveType::COLD;
    request.method = ReadCopyMethod(row, types[type]);
    request.transfer = ReadTransfer(row, scenario);
}

/// Reads the numbers of an operation.
void
ReadNumbers(const RowReader& row, OperationRequest& request)
{
    auto count = [](const std::string& text)
    {
        return static_cast<uint32_t>(ParseCount(text, 0, MAX_COUNT));
    };
    if (request.kind == OperationKind::CHURN)
    {
        request.rate = row.Get("rate", ParseOrderRate);
    }
    else
    {
        row.MustBeEmpty("rate", "only churn has one");
    }
    if (request.kind == OperationKind::BALANCE)
    {
        request.threshold = row.Get("threshold",
                                    request.threshold,
                                    [](const std::string& text)
                                    {
                                        return ParseNumber(text, 0, 1);
                                    });
    }
    else
    {
        row.MustBeEmpty("threshold", "only balance has one");
    }
    request.concurrency = row.Get("concurrency", request.concurrency, count);
    if (row.Has("retries"))
    {
        request.maxRetries = row.Get("retries", count);
    }
}

/// A cancel has only a time and a target.
void
CheckCancel(const RowReader& row)
{
    for (const char* column : {"until",
                               "rate",
                               "threshold",
                               "placement",
                               "type",
                               "method",
                               "transfer",
                               "concurrency",
                               "retries"})
    {
        row.MustBeEmpty(column, "cancel has only a time and a target");
    }
}

/// The moves of an order are named after it: no others may be.
void
CheckNames(const RowReader& row, const Scenario& scenario, const std::string& name)
{
    if (name.size() > MAX_ORDER_NAME)
    {
        row.Fail("order", "a name of at most 40 characters");
    }
    for (const auto& move : scenario.moves)
    {
        if (move.name == name || move.name.compare(0, name.size() + 1, name + ".") == 0)
        {
            row.Fail("order",
                     "a name with which no migration begins, as " + ShowText(move.name) + " does");
        }
    }
}

OrderRow
ReadOrder(const RowReader& row, const Scenario& scenario, const std::string& name)
{
    OrderRow order;
    order.source = row.GetSource();
    order.request.name = name;
    CheckNames(row, scenario, name);
    order.time = row.Get("time",
                         [](const std::string& text)
                         {
                             return ParseTime(text, Bound::NON_NEGATIVE);
                         });
    if (order.time >= scenario.duration)
    {
        row.Fail("time", "a time before " + FormatTime(scenario.duration) + ", the end of the run");
    }
    order.request.kind = static_cast<OperationKind>(row.Get("what",
                                                            [](const std::string& text)
                                                            {
                                                                return ParseChoice(text, KINDS);
                                                            }));
    ReadTarget(row, scenario, order.request);
    if (row.Has("expect"))
    {
        order.expect = EXPECTED[row.Get("expect",
                                        [](const std::string& text)
                                        {
                                            return ParseChoice(text, EXPECTED);
                                        })];
    }
    if (order.request.kind == OperationKind::CANCEL)
    {
        CheckCancel(row);
        return order;
    }
    ReadUntil(row, scenario, order);
    ReadPlacement(row, order.request);
    ReadMoveKind(row, scenario, order.request);
    ReadNumbers(row, order.request);
    return order;
}

} // namespace

const ScenarioFile&
GetOrdersFile()
{
    static const ScenarioFile file = {"orders.csv",
                                      {{"order", true},
                                       {"time", true},
                                       {"what", true},
                                       {"target", true},
                                       {"until", false},
                                       {"rate", false},
                                       {"threshold", false},
                                       {"placement", false},
                                       {"type", false},
                                       {"method", false},
                                       {"transfer", false},
                                       {"concurrency", false},
                                       {"retries", false},
                                       {"expect", false}}};
    return file;
}

void
ReadOrders(std::shared_ptr<const CsvTable> table, Scenario& scenario)
{
    std::map<std::string, size_t> names;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        const std::string name = row.GetNewName("order", names);
        scenario.orders.push_back(ReadOrder(row, scenario, name));
    }
    std::stable_sort(scenario.orders.begin(),
                     scenario.orders.end(),
                     [](const OrderRow& a, const OrderRow& b)
                     {
                         return a.time < b.time;
                     });
}

} // namespace vmm
} // namespace ns3
