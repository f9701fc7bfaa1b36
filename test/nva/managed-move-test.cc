// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/managed-move.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Drives one move by hand: a at the source, b the destination.
class ManagedMoveTest : public ::testing::Test, public ManagedMove::Environment
{
  protected:
    ManagedMoveTest()
    {
        MoveRecord record;
        record.id = 1;
        record.migration = "m";
        record.vm = "v";
        record.destination = "b";
        record.method = "pre-copy";
        m_move = std::make_unique<ManagedMove>(
            *this, ManagedMove::Settings{Seconds(1), Seconds(2), Seconds(3), true}, record);
    }

    void Send(const std::string& server, const ManagementMessage& message) override
    {
        m_sent.push_back(server + " " + ManagementTypeName(message.type) +
                         (message.abortKind
                              ? *message.abortKind == AbortKind::CANCEL ? " cancel" : " rollback"
                              : ""));
    }

    void SetTimer(uint32_t, const Time& delay) override
    {
        m_timer = delay;
    }

    void MoveChanged(const MoveRecord&) override
    {
        ++m_changes;
    }

    void MoveCommitted(const MoveRecord&) override
    {
        ++m_commits;
    }

    void MoveLostVm(const MoveRecord&) override
    {
        ++m_lost;
    }

    Time Now() const override
    {
        return m_now;
    }

    Time LastHeard(const std::string& server) const override
    {
        return server == "a" ? m_heardSource : m_heardDestination;
    }

    void Begin()
    {
        VmSpec spec;
        spec.id = "v";
        m_move->Begin(spec, "a", 2);
    }

    void Answer(const std::string& server,
                ManagementType type,
                ManagementStatus status = ManagementStatus::OK)
    {
        ManagementMessage message;
        message.type = type;
        message.acknowledgement = true;
        message.status = status;
        if (type == ManagementType::RESERVE)
        {
            message.address = Ipv4Address("10.0.0.1");
            message.port = 9;
        }
        m_move->Handle(server, message);
    }

    void Report(const std::string& server,
                ManagementType type,
                ManagementStatus status = ManagementStatus::OK,
                VmOwner owner = VmOwner::SOURCE)
    {
        ManagementMessage message;
        message.type = type;
        message.status = status;
        message.owner = owner;
        message.reason = "why";
        m_move->Handle(server, message);
    }

    /// Goes on until the VM is stopped.
    void ReachStopped()
    {
        Begin();
        Answer("b", ManagementType::RESERVE);
        Answer("a", ManagementType::MOVE);
        Report("a", ManagementType::STOPPED);
        m_sent.clear();
    }

    MoveState State() const
    {
        return m_move->GetRecord().state;
    }

    MoveOutcome Outcome() const
    {
        return m_move->GetRecord().outcome;
    }

    using Sent = std::vector<std::string>;

    std::unique_ptr<ManagedMove> m_move;
    Sent m_sent;
    Time m_timer;
    Time m_now{Seconds(7)};
    Time m_heardSource{Seconds(7)};
    Time m_heardDestination{Seconds(7)};
    int m_changes{0};
    int m_commits{0};
    int m_lost{0};
};

} // namespace

TEST_F(ManagedMoveTest, Completes)
{
    EXPECT_TRUE(m_move->IsQueued());
    Begin();
    EXPECT_EQ(m_timer, Seconds(1));
    Answer("b", ManagementType::RESERVE);
    Answer("a", ManagementType::MOVE);
    EXPECT_EQ(State(), MoveState::COPYING);
    EXPECT_EQ(m_timer, Seconds(0));
    Report("a", ManagementType::STOPPED);
    EXPECT_EQ(m_timer, Seconds(2));
    Report("b", ManagementType::RESUMED);
    EXPECT_EQ(m_timer, Seconds(3));
    Report("b", ManagementType::REGISTERED);
    EXPECT_EQ(m_sent, (Sent{"b reserve", "a move", "a commit", "b commit"}));
    EXPECT_EQ(m_commits, 1);
    Answer("b", ManagementType::COMMIT);
    EXPECT_EQ(Outcome(), MoveOutcome::NONE);
    Answer("a", ManagementType::COMMIT);
    EXPECT_EQ(Outcome(), MoveOutcome::COMPLETED);
    EXPECT_TRUE(m_move->IsClosed());
    EXPECT_EQ(m_move->GetRecord().end, Seconds(7));
    EXPECT_EQ(m_changes, 7);
}

TEST_F(ManagedMoveTest, RegisteredBeforeResumedIsHeard)
{
    ReachStopped();
    Report("b", ManagementType::REGISTERED);
    EXPECT_EQ(State(), MoveState::STOPPED);
    Report("b", ManagementType::RESUMED);
    EXPECT_EQ(State(), MoveState::COMMITTING);
}

TEST_F(ManagedMoveTest, ResumedBeforeStoppedIsHeard)
{
    // The source's report travels more slowly than the copy and the destination's.
    Begin();
    Answer("b", ManagementType::RESERVE);
    Answer("a", ManagementType::MOVE);
    Report("b", ManagementType::RESUMED);
    EXPECT_EQ(State(), MoveState::RESUMED);
    Report("a", ManagementType::STOPPED);
    EXPECT_EQ(State(), MoveState::RESUMED);
    Report("b", ManagementType::REGISTERED);
    EXPECT_EQ(State(), MoveState::COMMITTING);
}

TEST_F(ManagedMoveTest, RejectedIsRolledBackDestinationFirst)
{
    ReachStopped();
    Report("b", ManagementType::RESUMED);
    Report("b", ManagementType::REGISTERED, ManagementStatus::REJECTED);
    EXPECT_EQ(m_sent, (Sent{"b abort rollback"}));
    Answer("b", ManagementType::ABORT);
    EXPECT_EQ(m_sent, (Sent{"b abort rollback", "a abort rollback"}));
    Answer("a", ManagementType::ABORT);
    EXPECT_EQ(Outcome(), MoveOutcome::ROLLED_BACK);
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, SilentDestinationAfterTheResumeIsNotOverruledUnderItsLease)
{
    ReachStopped();
    Report("b", ManagementType::RESUMED);
    m_now = Seconds(10);
    m_move->TimedOut(); // no registration
    m_now = Seconds(11);
    m_move->TimedOut(); // no answer to the ABORT
    // Heard at 7 s, lease of 90 s: the source is not told to resume before 97 s.
    EXPECT_EQ(m_timer, Seconds(86));
    EXPECT_EQ(m_sent, (Sent{"b abort rollback"}));
    EXPECT_EQ(Outcome(), MoveOutcome::NONE);
    Answer("b", ManagementType::ABORT);
    Answer("a", ManagementType::ABORT);
    EXPECT_EQ(m_sent, (Sent{"b abort rollback", "a abort rollback"}));
    EXPECT_EQ(Outcome(), MoveOutcome::ROLLED_BACK);
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, SourceResumesWhenTheLeaseIsOver)
{
    ReachStopped();
    Report("b", ManagementType::RESUMED);
    m_move->TimedOut();              // no registration
    m_heardDestination = Seconds(9); // not an answer to the ABORT, but alive
    m_now = Seconds(11);
    m_move->TimedOut();
    EXPECT_EQ(m_timer, Seconds(88));
    m_now = Seconds(99);
    m_move->TimedOut();
    EXPECT_EQ(m_sent, (Sent{"b abort rollback", "a abort rollback"}));
    EXPECT_EQ(m_timer, Seconds(1));
    EXPECT_FALSE(m_move->IsClosed());
    Answer("a", ManagementType::ABORT);
    EXPECT_EQ(Outcome(), MoveOutcome::ROLLED_BACK);
    EXPECT_EQ(m_move->GetRecord().reason, "no result of the registration");
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, SourceThatHasSentTheEndIsOverruledWhenTheLeaseIsOver)
{
    ReachStopped();
    m_move->TimedOut(); // not resumed
    m_now = Seconds(20);
    m_move->TimedOut(); // b does not answer
    Answer("a", ManagementType::ABORT, ManagementStatus::TOO_LATE);
    EXPECT_EQ(m_sent, (Sent{"b abort cancel", "a abort cancel"}));
    EXPECT_EQ(m_timer, Seconds(77));
    m_now = Seconds(97);
    m_move->TimedOut();
    EXPECT_EQ(m_sent.back(), "a abort rollback");
    Answer("a", ManagementType::ABORT);
    EXPECT_EQ(Outcome(), MoveOutcome::ROLLED_BACK);
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, BothSidesSilent)
{
    Begin();
    Answer("b", ManagementType::RESERVE);
    m_sent.clear();
    m_now = Seconds(8);
    m_move->TimedOut(); // ORDERED: the source does not answer
    m_now = Seconds(9);
    m_move->TimedOut(); // nor the destination
    EXPECT_EQ(m_sent, (Sent{"b abort cancel", "a abort cancel"}));
    m_now = Seconds(10);
    m_move->TimedOut();
    EXPECT_EQ(m_timer, Seconds(87));
    EXPECT_EQ(Outcome(), MoveOutcome::NONE);
    m_now = Seconds(97);
    m_move->TimedOut();
    EXPECT_EQ(m_sent.back(), "a abort rollback");
    m_move->TimedOut();
    EXPECT_EQ(Outcome(), MoveOutcome::FAILED);
    EXPECT_EQ(m_move->GetRecord().reason, "no answer from the source; no answer from the source");
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, DestinationThatIsSilentAfterTheResume)
{
    MoveRecord record;
    record.id = 1;
    record.vm = "v";
    record.destination = "b";
    m_move = std::make_unique<ManagedMove>(
        *this,
        ManagedMove::Settings{Seconds(1), Seconds(2), Seconds(40), true, Seconds(90), Seconds(30)},
        record);
    ReachStopped();
    EXPECT_EQ(m_timer, Seconds(2)); // its own
    Report("b", ManagementType::RESUMED);
    EXPECT_EQ(m_timer, Seconds(30));
    m_now = Seconds(37);
    m_heardDestination = Seconds(27);
    m_heardSource = Seconds(7); // of no interest
    m_move->TimedOut();
    EXPECT_EQ(m_timer, Seconds(10)); // RegistrationTimeout is nearer than 57 s
    m_heardDestination = Seconds(13);
    m_move->TimedOut();
    EXPECT_EQ(m_timer, Seconds(6));
    EXPECT_TRUE(m_sent.empty());
    m_now = Seconds(43);
    m_move->TimedOut();
    EXPECT_EQ(m_sent, (Sent{"b abort rollback"}));
    Answer("b", ManagementType::ABORT);
    Answer("a", ManagementType::ABORT);
    EXPECT_EQ(Outcome(), MoveOutcome::ROLLED_BACK);
    EXPECT_EQ(m_move->GetRecord().reason, "b is not heard");
}

// The destination promises only when the source has been asked to give up what it cannot.
TEST_F(ManagedMoveTest, LatePromiseIsPassedOnToASilentSource)
{
    ReachStopped();
    m_move->TimedOut();
    m_move->TimedOut();
    Answer("b", ManagementType::ABORT);
    EXPECT_EQ(m_sent, (Sent{"b abort cancel", "a abort cancel"}));
    m_move->TimedOut();
    EXPECT_EQ(m_sent.back(), "a abort rollback");
    m_move->TimedOut();
    EXPECT_EQ(Outcome(), MoveOutcome::FAILED);
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, ServersThatAreSilentInTheCopy)
{
    for (const std::string silent : {"a", "b"})
    {
        MoveRecord record;
        record.id = 1;
        record.vm = "v";
        record.destination = "b";
        m_move = std::make_unique<ManagedMove>(
            *this,
            ManagedMove::Settings{
                Seconds(1), Seconds(2), Seconds(3), true, Seconds(90), Seconds(30)},
            record);
        m_now = m_heardSource = m_heardDestination = Seconds(7);
        Begin();
        Answer("b", ManagementType::RESERVE);
        Answer("a", ManagementType::MOVE);
        EXPECT_EQ(m_timer, Seconds(30));
        m_now = Seconds(37);
        m_heardSource = Seconds(36);
        m_heardDestination = Seconds(35);
        m_move->TimedOut();
        EXPECT_EQ(State(), MoveState::COPYING);
        EXPECT_EQ(m_timer, Seconds(28));
        m_now = Seconds(65);
        (silent == "a" ? m_heardDestination : m_heardSource) = Seconds(64);
        if (silent == "a")
        {
            m_heardSource = Seconds(35);
        }
        m_sent.clear();
        m_move->TimedOut();
        EXPECT_EQ(m_sent, (Sent{"b abort cancel"}));
        Answer("b", ManagementType::ABORT);
        Answer("a", ManagementType::ABORT);
        EXPECT_EQ(Outcome(), MoveOutcome::FAILED);
        EXPECT_EQ(m_move->GetRecord().reason, silent + " is not heard");
    }
}

TEST_F(ManagedMoveTest, DestinationThatDoesNotGiveUpKeepsTheVm)
{
    ReachStopped();
    Report("b", ManagementType::RESUMED);
    Report("b", ManagementType::REGISTERED, ManagementStatus::REJECTED);
    Answer("b", ManagementType::ABORT, ManagementStatus::TOO_LATE);
    EXPECT_EQ(m_sent, (Sent{"b abort rollback", "a commit", "b commit"}));
    EXPECT_EQ(m_commits, 1);
    Answer("a", ManagementType::COMMIT);
    Answer("b", ManagementType::COMMIT);
    EXPECT_EQ(Outcome(), MoveOutcome::FAILED);
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, LateAnswersOfBothSides)
{
    ReachStopped();
    m_move->TimedOut(); // not resumed
    m_move->TimedOut(); // b does not answer
    EXPECT_EQ(m_sent, (Sent{"b abort cancel", "a abort cancel"}));
    Answer("b", ManagementType::ABORT, ManagementStatus::TOO_LATE); // late
    EXPECT_EQ(State(), MoveState::ABORTING_SOURCE);
    Report("b", ManagementType::RESUMED);
    Answer("a", ManagementType::ABORT, ManagementStatus::TOO_LATE);
    EXPECT_EQ(State(), MoveState::RESUMED); // so it runs at b
    Report("b", ManagementType::REGISTERED);
    EXPECT_EQ(State(), MoveState::COMMITTING);
    Answer("a", ManagementType::COMMIT);
    Answer("b", ManagementType::COMMIT);
    EXPECT_EQ(Outcome(), MoveOutcome::COMPLETED);
    EXPECT_EQ(m_commits, 1);
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, CommitIsFinalWithoutItsAnswers)
{
    ReachStopped();
    Report("b", ManagementType::RESUMED);
    Report("b", ManagementType::REGISTERED);
    Answer("b", ManagementType::COMMIT);
    m_move->TimedOut();
    EXPECT_EQ(Outcome(), MoveOutcome::COMPLETED);
    EXPECT_EQ(m_move->GetRecord().reason, "COMMIT not confirmed by the source");
    EXPECT_TRUE(m_move->IsClosed());
}

TEST_F(ManagedMoveTest, NothingIsHeardAfterTheEnd)
{
    Begin();
    Answer("b", ManagementType::RESERVE, ManagementStatus::NO_RESOURCES);
    EXPECT_EQ(Outcome(), MoveOutcome::REFUSED);
    const int changes = m_changes;
    m_sent.clear();
    Report("a", ManagementType::STOPPED);
    Report("b", ManagementType::RESUMED);
    Answer("a", ManagementType::MOVE);
    m_move->TimedOut();
    m_move->Destroy();
    EXPECT_FALSE(m_move->Cancel());
    EXPECT_EQ(m_changes, changes);
    EXPECT_TRUE(m_sent.empty());
}

// Any messages in any order: the source is told to resume a VM that END has been sent for only
// after the destination has promised not to run it (its lease never ends here), and never after a
// COMMIT.
TEST_F(ManagedMoveTest, RandomMessages)
{
    std::mt19937 random(3);
    const ManagementStatus statuses[] = {ManagementStatus::OK,
                                         ManagementStatus::TOO_LATE,
                                         ManagementStatus::BUSY,
                                         ManagementStatus::NOT_CONVERGED,
                                         ManagementStatus::UNKNOWN_VM};
    int closed = 0;
    for (int run = 0; run < 20000; ++run)
    {
        MoveRecord record;
        record.id = 1;
        record.vm = "v";
        record.destination = "b";
        m_move = std::make_unique<ManagedMove>(
            *this, ManagedMove::Settings{Seconds(1), Seconds(2), Seconds(3), true}, record);
        m_sent.clear();
        m_commits = 0;
        Begin();
        bool promised = false;
        for (int step = 0; step < 40 && !m_move->IsClosed(); ++step)
        {
            const std::string server = random() % 2 ? "a" : "b";
            const auto type = static_cast<ManagementType>(
                random() % (static_cast<int>(ManagementType::FAILED) + 1));
            const auto status = statuses[random() % (random() % 2 ? 1 : std::size(statuses))];
            const size_t had = m_sent.size();
            switch (random() % 8)
            {
            case 0:
                m_move->TimedOut();
                break;
            case 1:
                if (random() % 4 == 0)
                {
                    m_move->Cancel();
                }
                break;
            case 2:
            case 3:
            case 4:
                promised = promised || (server == "b" && type == ManagementType::ABORT &&
                                        status == ManagementStatus::OK);
                Answer(server, type, status);
                break;
            default:
                promised = promised || (server == "b" && type == ManagementType::FAILED);
                Report(server, type, status, random() % 2 ? VmOwner::SOURCE : VmOwner::DESTINATION);
            }
            for (size_t i = had; i < m_sent.size(); ++i)
            {
                ASSERT_FALSE(m_sent[i] == "a abort rollback" && (!promised || m_commits > 0));
            }
        }
        closed += m_move->IsClosed();
        ASSERT_LE(m_commits, 1);
        ASSERT_EQ(m_move->IsClosed() && Outcome() == MoveOutcome::NONE, false);
    }
    EXPECT_GT(closed, 5000);
}
