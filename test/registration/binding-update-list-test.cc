// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/binding-update-list.h"
#include "ns3/registration-sender-policy.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace
{

const IpAddress A4 = Ipv4Address("10.0.0.1");
const IpAddress A6 = Ipv6Address("fd00::1");
const IpAddress B4 = Ipv4Address("10.0.0.2");
const VmKey VM1{0, "vm1"};
const VmKey VM2{0, "vm2"};

TEST(BindingUpdateList, OneEntryPerVm)
{
    BindingUpdateList list;
    EXPECT_FALSE(list.Find(VM1));
    auto& entry = list.Add(VM1, BindingRole::SERVING);
    EXPECT_EQ(entry.GetVm(), VM1);
    EXPECT_EQ(entry.progress, BindingProgress::UNREGISTERED);
    entry.lifetime = Seconds(300);
    list.SetAddresses(entry, {{A4, IpAddress()}});
    EXPECT_EQ(list.Find(VM1), &entry);
    // The VM leaves: the same entry in another role.
    auto& again = list.Add(VM1, BindingRole::SOURCE);
    EXPECT_EQ(&again, &entry);
    EXPECT_EQ(again.role, BindingRole::SOURCE);
    EXPECT_EQ(again.lifetime, Seconds(300));
    EXPECT_EQ(list.FindByAddress(A4), &entry);
    EXPECT_EQ(list.GetSize(), 1U);
    EXPECT_EQ(list.GetCount(BindingRole::SOURCE), 1U);
    EXPECT_EQ(list.GetCount(BindingRole::SERVING), 0U);
    EXPECT_TRUE(list.Remove(VM1));
    EXPECT_FALSE(list.Remove(VM1));
    EXPECT_FALSE(list.Find(VM1));
    EXPECT_FALSE(list.FindByAddress(A4));
}

TEST(BindingUpdateList, FoundByEachAddress)
{
    BindingUpdateList list;
    auto& entry = list.Add(VM1, BindingRole::SERVING);
    list.SetAddresses(entry, {{A4, B4}, {A6, IpAddress()}});
    EXPECT_EQ(list.FindByAddress(A4), &entry);
    EXPECT_EQ(list.FindByAddress(B4), &entry);
    EXPECT_EQ(list.FindByAddress(A6), &entry);
    EXPECT_FALSE(list.FindByAddress(Ipv4Address("10.0.0.3")));
    EXPECT_FALSE(list.FindByAddress(IpAddress()));
    list.SetAddresses(entry, {{B4, IpAddress()}});
    EXPECT_FALSE(list.FindByAddress(A4));
    EXPECT_FALSE(list.FindByAddress(A6));
    EXPECT_EQ(list.FindByAddress(B4), &entry);
    list.SetAddresses(entry, entry.GetAddresses());
    EXPECT_EQ(list.FindByAddress(B4), &entry);
    EXPECT_EQ(entry.GetAddresses().size(), 1U);
}

TEST(BindingUpdateList, ServingEntryBeforeSourceEntryBeforeOrder)
{
    BindingUpdateList list;
    auto& first = list.Add(VM1, BindingRole::SOURCE);
    list.SetAddresses(first, {{A4, IpAddress()}});
    auto& second = list.Add(VM2, BindingRole::SOURCE);
    list.SetAddresses(second, {{A4, IpAddress()}});
    EXPECT_EQ(list.FindByAddress(A4), &first);
    second.role = BindingRole::SERVING;
    EXPECT_EQ(list.FindByAddress(A4), &second);
    list.Remove(VM2);
    EXPECT_EQ(list.FindByAddress(A4), &first);
}

TEST(BindingUpdateList, VirtualNetworksMayUseTheSameAddress)
{
    BindingUpdateList list;
    auto& one = list.Add({1, "vm"}, BindingRole::SERVING);
    auto& two = list.Add({2, "vm"}, BindingRole::SERVING);
    list.SetAddresses(two, {{A4, IpAddress()}});
    list.SetAddresses(one, {{A4, IpAddress()}});
    EXPECT_EQ(list.FindByAddress(A4, 1), &one);
    EXPECT_EQ(list.FindByAddress(A4, 2), &two);
    EXPECT_FALSE(list.FindByAddress(A4, 0));
    EXPECT_EQ(list.FindByAddress(A4), &one);
}

TEST(BindingUpdateList, ListsInOrderAndKeepsPointers)
{
    BindingUpdateList list;
    std::vector<std::string> listed;
    BindingUpdateEntry* c = &list.Add({0, "c"}, BindingRole::SERVING);
    for (int i = 0; i < 100; i++)
    {
        list.Add({0, "b" + std::to_string(i)}, BindingRole::SOURCE);
    }
    list.Add({0, "a"}, BindingRole::SERVING);
    EXPECT_EQ(list.Find({0, "c"}), c);
    for (const auto& [vm, entry] : list.GetEntries())
    {
        listed.push_back(vm.vmId);
    }
    EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
    EXPECT_EQ(listed.size(), 102U);
    EXPECT_EQ(list.GetCount(BindingRole::SERVING), 2U);
    list.Clear();
    EXPECT_EQ(list.GetSize(), 0U);
    EXPECT_FALSE(list.Find({0, "c"}));
}

TEST(BindingUpdateList, NumbersOfAnAttachment)
{
    BindingUpdateList list;
    auto& entry = list.Add(VM1, BindingRole::SERVING);
    entry.SetEpoch(0x10002);
    EXPECT_EQ(entry.GetEpoch(), 2);
    EXPECT_EQ(entry.TakeSequence(), 0x00020000U);
    EXPECT_EQ(entry.TakeSequence(), 0x00020001U);
    entry.SetEpoch(3);
    EXPECT_EQ(entry.TakeSequence(), 0x00030000U);
    for (int i = 1; i < 65536; i++)
    {
        entry.TakeSequence();
    }
    EXPECT_THROW(entry.TakeSequence(), std::overflow_error);
    entry.SetEpoch(4);
    EXPECT_EQ(entry.TakeSequence(), 0x00040000U);
}

TEST(BindingUpdateList, MakesRequests)
{
    BindingUpdateList list;
    auto& entry = list.Add({6, "vm1"}, BindingRole::SERVING);
    entry.SetEpoch(4);
    entry.mac = Mac48Address("02:00:00:00:00:07");
    list.SetAddresses(entry, {{A4, B4}, {A6, IpAddress()}});
    const auto first = entry.MakeRequest(REGISTRATION_ADDRESS_KEPT, 75);
    EXPECT_EQ(CheckRegistration(first), RegistrationFault::NONE);
    EXPECT_EQ(first.sequence, 0x00040000U);
    EXPECT_EQ(first.GetVmKey(), (VmKey{6, "vm1"}));
    EXPECT_EQ(first.addresses, entry.GetAddresses());
    EXPECT_EQ(first.lifetime, 75);
    const auto last = entry.MakeRequest(REGISTRATION_DEREGISTER, 0);
    EXPECT_EQ(CheckRegistration(last), RegistrationFault::NONE);
    EXPECT_EQ(last.sequence, 0x00040001U);
}

TEST(BindingUpdateList, JudgesRedirects)
{
    using R = RedirectVerdict;
    EXPECT_EQ(JudgeRedirect(nullptr, MakeSequence(2, 0)), R::UNKNOWN_VM);
    BindingUpdateEntry entry(VM1, BindingRole::SOURCE);
    entry.SetEpoch(1);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(2, 7)), R::ACCEPT);
    entry.redirectSequence = MakeSequence(2, 7);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(2, 7)), R::REPEATED);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(2, 6)), R::STALE);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(2, 8)), R::ACCEPT);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(3, 0)), R::ACCEPT);
    // The VM is back here with epoch 3: what was said of epoch 2 or 3 comes too late.
    entry.role = BindingRole::SERVING;
    entry.SetEpoch(3);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(2, 9)), R::STALE);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(3, 0)), R::STALE);
    EXPECT_EQ(JudgeRedirect(&entry, MakeSequence(4, 0)), R::ACCEPT);
}

TEST(RegistrationSenderPolicy, WhoMayAskWhom)
{
    RegistrationSenderPolicy policy;
    policy.AddManagementNode(A4);
    policy.AddManagementNode(A6);
    policy.AddNve(B4);
    const IpAddress stranger = Ipv4Address("10.9.9.9");

    struct Case
    {
        RecipientRole role;
        bool mn;
        bool nve;
        bool stranger;
    };

    for (const auto& item : {Case{RecipientRole::MANAGEMENT_NODE, true, true, true},
                             Case{RecipientRole::SOURCE_NVE, true, false, false},
                             Case{RecipientRole::DEFAULT_ROUTER, true, false, false},
                             Case{RecipientRole::PATH_ROUTER, true, false, false},
                             Case{RecipientRole::BORDER_ROUTER, true, true, false},
                             Case{RecipientRole::REMOTE_NVE, true, false, false},
                             Case{RecipientRole::RESOLVER, true, true, true}})
    {
        EXPECT_EQ(policy.MayAsk(item.role, A4), item.mn);
        EXPECT_EQ(policy.MayAsk(item.role, A6), item.mn);
        EXPECT_EQ(policy.MayAsk(item.role, B4), item.nve);
        EXPECT_EQ(policy.MayAsk(item.role, stranger), item.stranger);
    }
    // That a mapping is stale is believed of whomever it leads to.
    EXPECT_TRUE(policy.MayAsk(RecipientRole::REMOTE_NVE, B4, REGISTRATION_WITHDRAW));
    EXPECT_FALSE(policy.MayAsk(RecipientRole::SOURCE_NVE, B4, REGISTRATION_WITHDRAW));
    EXPECT_TRUE(policy.IsManagementNode(A6));
    EXPECT_FALSE(policy.IsManagementNode(B4));
}

} // namespace
} // namespace vmm
} // namespace ns3
