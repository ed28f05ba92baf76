using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Outbound;

public sealed class OutboundTransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Sha256Hash Content = Sha256Hash.Of("content");
    private static readonly SentFile Picture = new(400_000, Sha256Hash.Of("picture"), "image/jpeg", 1);
    private static readonly DroppedFile File = Dropped("045/HZ1/pod/a.jpg", "1");

    [Fact]
    public void Arrived_unknown_isClaimedForSixMinutes()
    {
        var transition = OutboundTransitions.Apply(null, new OutboundEvent.Arrived(File, 500_000), Now);

        transition.Next.Should().Be(OutboundNext.Send);
        var document = Saved(transition);
        transition.Writes.Should().ContainSingle();
        document.State.Should().Be(OutboundState.Sending);
        (document.Generation, document.Claims, document.ClaimedUntil).Should().Be((1, 1, Now.AddMinutes(6)));
    }

    [Fact]
    public void Arrived_claimedByAnother_isLeftAloneUntilTheClaimExpires() =>
        OutboundTransitions.Apply(Claimed(), new OutboundEvent.Arrived(File, 500_000), Now.AddMinutes(5)).Writes
            .Should().Equal(new OutboundWrite.PutWaiting(File.Drop, File.Key, Now.AddMinutes(6)));

    [Fact]
    public void Arrived_sameBytesUnderAnotherNameWhileClaimed_isComeBackTo()
    {
        var second = Dropped("045/HZ1/pod/b.jpg", "2");
        var transition = OutboundTransitions.Apply(Claimed(), new OutboundEvent.Arrived(second, 500_000), Now);

        transition.Next.Should().Be(OutboundNext.Done);
        transition.Writes.Should().Equal(new OutboundWrite.PutWaiting(second.Drop, second.Key, Now.AddMinutes(1)));
    }

    [Fact]
    public void Arrived_claimExpired_isTakenOverAndAmbiguousSinceTheClaim()
    {
        var transition = OutboundTransitions.Apply(Claimed(), new OutboundEvent.Arrived(File, 500_000), Now.AddMinutes(7));

        transition.Next.Should().Be(OutboundNext.Send);
        var document = Saved(transition);
        (document.Claims, document.Generation, document.AmbiguousSince).Should().Be((2, 1, Now));
        document.IdempotencyKey.Should().Be(Claimed().IdempotencyKey);
    }

    [Fact]
    public void Arrived_thirdClaimLeftNoOutcome_failsWithoutSending()
    {
        var transition = OutboundTransitions.Apply(Claimed() with { Claims = 3 }, new OutboundEvent.Arrived(File, 500_000), Now.AddMinutes(7));

        transition.Next.Should().Be(OutboundNext.Done);
        Saved(transition).State.Should().Be(OutboundState.Failed);
        Saved(transition).Reason.Should().Contain("stopped 3 times");
    }

    [Fact]
    public void Attempted_accepted_isToldThenSavedThenArchivedThenDeleted()
    {
        var transition = Attempt(Claimed(), new SendOutcome.Accepted("D-1", Now));

        Kinds(transition).Should().Equal("Tell", "Save", "Archive", "DeleteDrop");
        var document = Saved(transition);
        (document.State, document.HazchemDocumentId).Should().Be((OutboundState.Sent, "D-1"));
        transition.Writes.OfType<OutboundWrite.Archive>().Single().Container.Should().Be("sent");
    }

    [Fact]
    public void Refused_byARule_isShownToAPersonFirst()
    {
        var transition = OutboundTransitions.Apply(Claimed(), new OutboundEvent.Refused("Because."), Now);

        Kinds(transition).Should().Equal("PutAttention", "Tell", "Save", "Archive", "DeleteDrop");
        (Saved(transition).State, Saved(transition).Reason).Should().Be((OutboundState.Rejected, "Because."));
        transition.Writes.OfType<OutboundWrite.Archive>().Single().Container.Should().Be("not-sent");
    }

    [Fact]
    public void Attempted_keyUsedAfterAnAmbiguousAttempt_isSent()
    {
        Saved(Attempt(Claimed() with { AmbiguousSince = Now }, new SendOutcome.KeyUsed(false))).State.Should().Be(OutboundState.Sent);
        Saved(Attempt(Claimed(), new SendOutcome.KeyUsed(true))).State.Should().Be(OutboundState.Sent);
    }

    [Fact]
    public void Attempted_keyUsedWithoutAnAmbiguousAttempt_isForAPerson()
    {
        var document = Saved(Attempt(Claimed(), new SendOutcome.KeyUsed(false)));
        document.State.Should().Be(OutboundState.Failed);
        document.Reason.Should().Contain("may have arrived");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 15)]
    [InlineData(4, 60)]
    [InlineData(9, 60)]
    public void Attempted_unavailable_waitsLongerEachTime(int attempt, int minutes)
    {
        var transition = Attempt(Claimed() with { Attempts = attempt - 1 }, Down());

        var document = Saved(transition);
        (document.State, document.DueAt, document.Claims).Should().Be((OutboundState.Waiting, Now.AddMinutes(minutes), 0));
        transition.Writes[0].Should().Be(new OutboundWrite.PutWaiting(File.Drop, File.Key, Now.AddMinutes(minutes), ForDepot: false, NoLaterThan: Now.AddDays(3)));
    }

    [Fact]
    public void Attempted_askedToWaitLonger_waitsLonger() =>
        Saved(Attempt(Claimed(), Down(retryAfter: TimeSpan.FromHours(2)))).DueAt.Should().Be(Now.AddHours(2));

    [Fact]
    public void Attempted_firstWait_isToldToActivityOnce()
    {
        Kinds(Attempt(Claimed(), Down())).Should().Equal("PutWaiting", "Tell", "Save");
        Kinds(Attempt(Claimed() with { WaitingSince = Now }, Down())).Should().Equal("PutWaiting", "Save");
    }

    [Fact]
    public void Attempted_unavailableForThreeDays_isGivenUp()
    {
        var document = Saved(Attempt(Claimed() with { WaitingSince = Now.AddDays(-3), Attempts = 70 }, Down()));
        document.State.Should().Be(OutboundState.Failed);
        document.Reason.Should().Contain("three days").And.Contain("down");
    }

    [Fact]
    public void Attempted_ambiguous_isRepeatedWithinADayAndThenForAPerson()
    {
        var first = Saved(Attempt(Claimed(), Down(ambiguous: true)));
        first.AmbiguousSince.Should().Be(Now);

        var late = Claimed() with { AmbiguousSince = Now, WaitingSince = Now, Attempts = 20 };
        var last = OutboundTransitions.Apply(late, Attempted(Down()), Now.AddHours(22.5));
        Saved(last).DueAt.Should().BeBefore(Now.AddHours(23));

        var tooLate = OutboundTransitions.Apply(late, Attempted(Down()), Now.AddHours(23));
        Saved(tooLate).State.Should().Be(OutboundState.Failed);
        Saved(tooLate).Reason.Should().Contain("may have arrived");
    }

    [Fact]
    public void Arrived_ambiguousForLongerThanHazchemRemembers_isNotSentAgain()
    {
        var waiting = Claimed() with { State = OutboundState.Waiting, AmbiguousSince = Now.AddHours(-23), DueAt = Now };
        var transition = OutboundTransitions.Apply(waiting, new OutboundEvent.Arrived(File, 500_000), Now);

        transition.Next.Should().Be(OutboundNext.Done);
        Saved(transition).State.Should().Be(OutboundState.Failed);
    }

    [Fact]
    public void Attempted_wrongKey_keepsTheGeneration()
    {
        var document = Saved(Attempt(Claimed() with { AmbiguousSince = Now }, Refused(RefusalReason.Unauthenticated)));
        (document.State, document.Generation, document.AmbiguousSince).Should().Be((OutboundState.Waiting, 1, Now));
    }

    [Fact]
    public void Attempted_wrongKeyAfterALostAnswer_mayHaveArrived()
    {
        var refused = new SendOutcome.Refused(RefusalReason.Unauthenticated, "401", Ambiguous: true);
        Saved(Attempt(Claimed(), refused)).AmbiguousSince.Should().Be(Now);
    }

    [Fact]
    public void Refused_byARuleAfterALostAnswer_isForAPersonWhoIsToldThatItMayHaveArrived()
    {
        var waited = Claimed() with { AmbiguousSince = Now, WaitingSince = Now };
        var document = Saved(OutboundTransitions.Apply(waited, new OutboundEvent.Refused("Signed."), Now));
        document.State.Should().Be(OutboundState.Failed);
        document.Reason.Should().Contain("Signed.").And.Contain("may have arrived");
    }

    [Fact]
    public void Postponed_waitsAMinuteWithoutCountingAnAttempt()
    {
        var document = Saved(OutboundTransitions.Apply(Claimed(), new OutboundEvent.Postponed("No memory."), Now));
        (document.State, document.DueAt, document.Attempts, document.Claims).Should().Be((OutboundState.Waiting, Now.AddMinutes(1), 0, 0));
    }

    [Fact]
    public void Attempted_consignmentUnknown_waitsThenIsShownThenFails()
    {
        var refused = Refused(RefusalReason.ConsignmentUnknown);

        var first = Attempt(Claimed(), refused);
        (Saved(first).State, Saved(first).Generation, Saved(first).NeedsAttention).Should().Be((OutboundState.Waiting, 2, false));
        first.Writes.OfType<OutboundWrite.PutWaiting>().Single().ForConsignment.Should().BeTrue();

        var again = Claimed() with { UnknownSince = Saved(first).UnknownSince, FirstSeenAt = Now.AddDays(-2) };
        var shown = OutboundTransitions.Apply(again, Attempted(refused), Now.AddHours(1));
        Kinds(shown)[0].Should().Be("PutAttention");
        Saved(shown).NeedsAttention.Should().BeTrue();

        var failed = OutboundTransitions.Apply(again, Attempted(refused), Now.AddDays(1));
        Saved(failed).State.Should().Be(OutboundState.Failed);
    }

    [Fact]
    public void Waiting_forAnHour_isShownUntilSomebodyDismissesIt()
    {
        var waiting = Saved(Attempt(Claimed(), Down()));
        var soon = OutboundTransitions.Apply(Again(waiting), Attempted(Down()), Now.AddMinutes(59));
        Kinds(soon).Should().NotContain("PutAttention");

        foreach (var happened in (OutboundEvent[])[Attempted(Down()), new OutboundEvent.Postponed("No memory.")])
        {
            var shown = OutboundTransitions.Apply(Again(waiting), happened, Now.AddHours(1));
            Kinds(shown)[0].Should().Be("PutAttention");
            Saved(shown).NeedsAttention.Should().BeTrue();
            Kinds(OutboundTransitions.Apply(Again(Saved(shown)), happened, Now.AddHours(2)))[0].Should().Be("PutAttention", "the list takes off what is old and not flagged");

            var dismissed = Saved(OutboundTransitions.Apply(Saved(shown), new OutboundEvent.Dismissed("anna", "It is known.", "1"), Now.AddHours(2)));
            var after = OutboundTransitions.Apply(Again(dismissed), happened, Now.AddHours(3));
            Kinds(after).Should().NotContain("PutAttention");
            Saved(after).NeedsAttention.Should().BeFalse();

            var nextWait = Again(dismissed) with { WaitingSince = Now.AddDays(1) };
            Kinds(OutboundTransitions.Apply(nextWait, happened, Now.AddDays(1).AddHours(1)))[0].Should().Be("PutAttention");
        }
    }

    [Fact]
    public void Waiting_forItsDepot_isShownWithTheDepotAlone()
    {
        var waiting = Saved(Attempt(Claimed(), Down()));
        var closed = new OutboundEvent.Attempted(Down(), Picture, Now, Again: false, new DepotClosure("It is out of reach.", Now.AddHours(2)));
        Kinds(OutboundTransitions.Apply(Again(waiting), closed, Now.AddHours(1))).Should().NotContain("PutAttention");
    }

    [Fact]
    public void Waiting_forAConsignmentToBeAnnounced_countsFromThatAnswer()
    {
        var waiting = Again(Saved(Attempt(Claimed(), Down())));
        var unknown = OutboundTransitions.Apply(waiting, Attempted(Refused(RefusalReason.ConsignmentUnknown)), Now.AddHours(2));
        Kinds(unknown).Should().NotContain("PutAttention");

        var shown = OutboundTransitions.Apply(Again(Saved(unknown)), Attempted(Refused(RefusalReason.ConsignmentUnknown)), Now.AddHours(3));
        Kinds(shown)[0].Should().Be("PutAttention");
        var dismissed = Saved(OutboundTransitions.Apply(Saved(shown), new OutboundEvent.Dismissed("anna", "It comes tomorrow.", "1"), Now.AddHours(3)));
        Kinds(OutboundTransitions.Apply(Again(dismissed), Attempted(Refused(RefusalReason.ConsignmentUnknown)), Now.AddHours(4))).Should().NotContain("PutAttention");
    }

    [Fact]
    public void Attempted_tooLarge_isMadeSmallerOnceUnderANewKey()
    {
        var refused = Refused(RefusalReason.TooLarge, maxBytes: 300_000);

        var again = Attempt(Claimed(), refused);
        (again.Next, Saved(again).MaxBytes).Should().Be((OutboundNext.SendAgain, 300_000));
        (Saved(again).State, Saved(again).Generation).Should().Be((OutboundState.Sending, 2));
        Saved(again).IdempotencyKey.Should().NotBe(Claimed().IdempotencyKey);

        Saved(Attempt(Claimed(), refused, again: true)).State.Should().Be(OutboundState.Rejected);
    }

    [Fact]
    public void Attempted_tooLargeWithoutALimit_isMadeSmallerByAFifth() =>
        Saved(Attempt(Claimed(), Refused(RefusalReason.TooLarge))).MaxBytes.Should().Be(320_000);

    [Fact]
    public void Arrived_claimExpiredAfterASmallerAttempt_keepsTheLimitOfThatAttempt()
    {
        var again = Saved(Attempt(Claimed(), Refused(RefusalReason.TooLarge, maxBytes: 300_000)));

        var takenOver = Saved(OutboundTransitions.Apply(again, new OutboundEvent.Arrived(File, 500_000), Now.AddMinutes(7)));

        (takenOver.Generation, takenOver.MaxBytes, takenOver.AmbiguousSince).Should().Be((2, 300_000, Now));
    }

    [Fact]
    public void Attempted_damagedOnTheWay_isRepeatedUnderANewKeyAndNotTakenForAmbiguous()
    {
        var damaged = new SendOutcome.Unavailable(TroubleKind.DamagedOnTheWay, "sha256 does not match", Ambiguous: false);

        var again = Attempt(Claimed(), damaged);
        (again.Next, Saved(again).Generation).Should().Be((OutboundNext.SendAgain, 2));

        var waiting = Saved(Attempt(Claimed(), damaged, again: true));
        (waiting.State, waiting.Generation, waiting.AmbiguousSince).Should().Be((OutboundState.Waiting, 2, null));
    }

    [Fact]
    public void Attempted_damagedAfterAnAttemptWhoseAnswerWasLost_keepsTheKeyAndThenBelievesNo409()
    {
        var damaged = new SendOutcome.Unavailable(TroubleKind.DamagedOnTheWay, "sha256 does not match", Ambiguous: false);

        var waiting = Saved(Attempt(Claimed() with { AmbiguousSince = Now }, damaged));
        (waiting.State, waiting.Generation, waiting.AmbiguousSince, waiting.KeyInDoubt).Should().Be((OutboundState.Waiting, 1, Now, true));
        Saved(Attempt(Claimed(), damaged with { Ambiguous = true })).Generation.Should().Be(1);

        var used = Saved(Attempt(Claimed() with { AmbiguousSince = Now, KeyInDoubt = true }, new SendOutcome.KeyUsed(true)));
        used.State.Should().Be(OutboundState.Failed);
        used.Reason.Should().Contain("may have arrived");
    }

    [Theory]
    [InlineData(RefusalReason.NotPermitted)]
    [InlineData(RefusalReason.Malformed)]
    [InlineData(RefusalReason.FormatNotAccepted)]
    [InlineData(RefusalReason.Invalid)]
    [InlineData(RefusalReason.Other)]
    internal void Attempted_refusedForGood_isRejectedWithHazchemsWords(RefusalReason reason)
    {
        var document = Saved(Attempt(Claimed(), Refused(reason)));
        (document.State, document.Reason, document.Generation).Should().Be((OutboundState.Rejected, "no", 2));
    }

    [Fact]
    public void Arrived_sentBefore_isToldAndNotSentAgain()
    {
        var sent = Saved(Attempt(Claimed(), new SendOutcome.Accepted("D-1", Now)));
        var second = Dropped("045/HZ1/pod/b.jpg", "2");

        var transition = OutboundTransitions.Apply(sent, new OutboundEvent.Arrived(second, 500_000), Now);
        transition.Next.Should().Be(OutboundNext.Done);
        Kinds(transition).Should().Equal("Tell", "Save", "Archive", "DeleteDrop", "RemoveWaiting");
        Saved(transition).Repeats.Should().Be(1);

        var cutAfterSave = OutboundTransitions.Apply(Saved(transition), new OutboundEvent.Arrived(second, 500_000), Now);
        Kinds(cutAfterSave).Should().Equal("RemoveAttention", "Archive", "DeleteDrop", "RemoveWaiting");
    }

    [Theory]
    [InlineData(OutboundState.Rejected)]
    [InlineData(OutboundState.Failed)]
    internal void Arrived_refusedBefore_startsAfreshUnderANewKey(OutboundState state)
    {
        var refused = Claimed() with { State = state, NeedsAttention = true, Reason = "x", AmbiguousSince = Now.AddDays(-2) };

        var cut = OutboundTransitions.Apply(refused, new OutboundEvent.Arrived(File, 500_000), Now);
        Kinds(cut).Should().Equal("Archive", "DeleteDrop", "RemoveWaiting");

        var afresh = OutboundTransitions.Apply(refused, new OutboundEvent.Arrived(Dropped("045/HZ1/pod/a.jpg", "2")), Now);
        afresh.Next.Should().Be(OutboundNext.Send);
        (Saved(afresh).Generation, Saved(afresh).AmbiguousSince, Saved(afresh).Reason).Should().Be((2, null, null));

        var sent = OutboundTransitions.Apply(Saved(afresh), Attempted(new SendOutcome.Accepted("D-1", Now)), Now);
        Kinds(sent).Should().Equal("Tell", "Save", "RemoveAttention", "Archive", "DeleteDrop");
    }

    [Fact]
    public void Arrived_depotClosed_waitsUntilItOpens()
    {
        var closed = new DepotClosure("No key.", Now.AddHours(1));
        var transition = OutboundTransitions.Apply(null, new OutboundEvent.Arrived(File, 500_000, closed), Now);

        transition.Next.Should().Be(OutboundNext.Done);
        (Saved(transition).State, Saved(transition).DueAt, Saved(transition).Reason).Should().Be((OutboundState.Waiting, Now.AddHours(1), "No key."));
    }

    [Fact]
    public void Arrived_waitingAndNotDue_isLeftAlone() =>
        OutboundTransitions.Apply(
            Claimed() with { State = OutboundState.Waiting, DueAt = Now.AddMinutes(1) }, new OutboundEvent.Arrived(File, 500_000), Now)
            .Writes.Should().BeEmpty();

    [Fact]
    public void Vanished_waiting_isSuperseded()
    {
        var waiting = Claimed() with { State = OutboundState.Waiting, WaitingSince = Now };
        var transition = OutboundTransitions.Apply(waiting, new OutboundEvent.Vanished(File.Drop), Now);

        Kinds(transition).Should().Equal("Tell", "Save", "RemoveWaiting");
        Saved(transition).State.Should().Be(OutboundState.Superseded);
    }

    [Fact]
    public void Superseded_droppedAnew_startsAfresh()
    {
        var superseded = Claimed() with { State = OutboundState.Superseded, Attempts = 7, UnknownSince = Now };
        var again = Saved(OutboundTransitions.Apply(superseded, new OutboundEvent.Arrived(File, 500_000), Now.AddDays(2)));

        (again.State, again.Attempts, again.UnknownSince, again.FirstSeenAt).Should().Be((OutboundState.Sending, 0, null, Now.AddDays(2)));
    }

    [Fact]
    public void Vanished_whileNobodyKnowsWhetherItArrived_isForAPerson()
    {
        var transition = OutboundTransitions.Apply(Claimed(), new OutboundEvent.Vanished(File.Drop), Now.AddMinutes(7));

        Kinds(transition).Should().Equal("PutAttention", "Tell", "Save", "RemoveWaiting");
        Saved(transition).State.Should().Be(OutboundState.Failed);
    }

    [Fact]
    public void Vanished_otherDropOfTheSameBytesIsThere_goesOnWithThatOneUnderTheSameKey()
    {
        var waiting = Claimed() with { State = OutboundState.Waiting, WaitingSince = Now, AmbiguousSince = Now };
        var other = Drop.Of("045/HZ1/pod/b.jpg", "2");

        var transition = OutboundTransitions.Apply(waiting, new OutboundEvent.Vanished(File.Drop, other), Now);

        Kinds(transition).Should().Equal("Save", "RemoveWaiting");
        (Saved(transition).State, Saved(transition).Drop, Saved(transition).IdempotencyKey).Should().Be((OutboundState.Waiting, other, waiting.IdempotencyKey));
    }

    [Theory]
    [InlineData(OutboundState.Failed, true, 30, false, true)]
    [InlineData(OutboundState.Failed, true, 30, true, true)]
    [InlineData(OutboundState.Failed, true, 61, false, false)]
    [InlineData(OutboundState.Failed, false, -60, false, true)]
    [InlineData(OutboundState.Rejected, false, -60, false, true)]
    [InlineData(OutboundState.Rejected, false, -60, true, false)]
    [InlineData(OutboundState.Rejected, false, -59, false, false)]
    [InlineData(OutboundState.Shadowed, false, -60, true, true)]
    [InlineData(OutboundState.Shadowed, false, 61, false, false)]
    internal void Arrived_afterAnEnd_isARepeatIfItWasDroppedBeforeItAndCorrectsNothing(
        OutboundState state, bool mayHaveArrived, int secondsAfterTheEnd, bool signed, bool isRepeat)
    {
        var ended = Claimed() with
        {
            State = state,
            EndedAt = Now,
            Reason = "Because.",
            Shadow = state == OutboundState.Shadowed,
            AmbiguousSince = mayHaveArrived ? Now : null,
        };
        var second = Dropped("045/HZ1/pod/b.jpg", "2") with
        {
            DroppedAt = Now.AddSeconds(secondsAfterTheEnd),
            Metadata = DropMetadata.Of(signed ? [new("signed", "true")] : []),
        };

        var transition = OutboundTransitions.Apply(ended, new OutboundEvent.Arrived(second, 500_000), Now.AddHours(1));

        if (isRepeat)
        {
            Kinds(transition).Should().Equal("Tell", "Save", "Archive", "DeleteDrop", "RemoveWaiting");
            (Saved(transition).State, Saved(transition).Repeats, Saved(transition).EndedAt).Should().Be((state, 1, Now));
            Told(transition).Reason.Should().EndWith("Because.");
        }
        else
        {
            transition.Next.Should().Be(OutboundNext.Send);
            Saved(transition).Generation.Should().Be(2);
        }
    }

    [Fact]
    public void SentAgain_thenDroppedBeforeTheEnd_startsAfreshOnce()
    {
        var failed = Claimed() with { State = OutboundState.Failed, EndedAt = Now, AmbiguousSince = Now };
        var asked = Saved(OutboundTransitions.Apply(failed, new OutboundEvent.SentAgain("anna"), Now));
        var second = Dropped("045/HZ1/pod/b.jpg", "2") with { DroppedAt = Now.AddHours(-1) };

        var afresh = OutboundTransitions.Apply(asked, new OutboundEvent.Arrived(second, 500_000), Now);
        afresh.Next.Should().Be(OutboundNext.Send);

        var failedAgain = Saved(OutboundTransitions.Apply(Saved(afresh) with { Claims = 3 }, new OutboundEvent.Arrived(second, 500_000), Now.AddMinutes(7)));
        failedAgain.State.Should().Be(OutboundState.Failed);
        OutboundTransitions.Apply(failedAgain, new OutboundEvent.Arrived(File, 500_000), Now.AddMinutes(8)).Next.Should().Be(OutboundNext.Done);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attempted_refusedAfterALostAnswer_isForAPersonWhoIsToldThatItMayHaveArrived(bool inTheSameCall)
    {
        var refused = new SendOutcome.Refused(RefusalReason.NotPermitted, "403", Ambiguous: inTheSameCall);
        var document = Saved(Attempt(Claimed() with { AmbiguousSince = inTheSameCall ? null : Now }, refused));

        (document.State, document.Generation, document.AmbiguousSince).Should().Be((OutboundState.Failed, 1, Now));
        document.Reason.Should().Contain("403").And.Contain("may have arrived");
    }

    [Fact]
    public void Vanished_anotherVersion_forgetsOnlyItsEntry()
    {
        var sent = Claimed() with { State = OutboundState.Sent };
        Kinds(OutboundTransitions.Apply(sent, new OutboundEvent.Vanished(Drop.Of("045/HZ1/pod/b.jpg", "9")), Now)).Should().Equal("RemoveWaiting");
    }

    [Fact]
    public void Tell_sameOutcomeTwice_hasTheSameId()
    {
        var first = Told(Attempt(Claimed(), new SendOutcome.Accepted("D-1", Now)));
        var second = Told(OutboundTransitions.Apply(Claimed(), Attempted(new SendOutcome.Accepted("D-1", Now)), Now.AddHours(1)));
        var other = Told(Attempt(Claimed() with { Generation = 2 }, new SendOutcome.Accepted("D-1", Now)));

        second.Id.Should().Be(first.Id).And.HaveLength(32);
        other.Id.Should().NotBe(first.Id);
    }

    private static DroppedFile Dropped(string blobName, string etag)
    {
        DropName.TryParse(blobName, out var name, out _).Should().BeTrue();
        return new DroppedFile
        {
            Drop = Drop.Of(blobName, etag),
            Name = name,
            Metadata = DropMetadata.Of([]),
            DroppedAt = Now,
            Length = 7,
            Sha256 = Content,
        };
    }

    private static OutboundDocument Claimed() => Saved(OutboundTransitions.Apply(null, new OutboundEvent.Arrived(File, 500_000), Now));

    /// <summary>Claimed once more.</summary>
    private static OutboundDocument Again(OutboundDocument waiting) => waiting with { State = OutboundState.Sending, Claims = 1 };

    private static OutboundTransition Attempt(OutboundDocument document, SendOutcome outcome, bool again = false) =>
        OutboundTransitions.Apply(document, Attempted(outcome, again), Now);

    private static OutboundEvent.Attempted Attempted(SendOutcome outcome, bool again = false) => new(outcome, Picture, Now, again);

    private static SendOutcome.Unavailable Down(bool ambiguous = false, TimeSpan? retryAfter = null) =>
        new(TroubleKind.ServerError, "down", ambiguous, retryAfter);

    private static SendOutcome.Refused Refused(RefusalReason reason, long? maxBytes = null) => new(reason, "no", maxBytes);

    private static OutboundDocument Saved(OutboundTransition transition) =>
        transition.Writes.OfType<OutboundWrite.Save>().Single().Document;

    private static Outcome Told(OutboundTransition transition) => transition.Writes.OfType<OutboundWrite.Tell>().Single().Outcome;

    private static string[] Kinds(OutboundTransition transition) => [.. transition.Writes.Select(write => write.GetType().Name)];
}
