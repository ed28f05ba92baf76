using System.Globalization;
using Hazchem.Functions.Outbound;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// The same bytes dropped two and three times, under other names, over the first or with other marks: every order in which the
/// drops and their owners' steps can meet, with every outcome of the attempts, held against what the partner stored.
/// </summary>
public sealed class RepeatedDropsTests
{
    private const int Content = 1;
    private const int MaxSweeps = 200;

    private static readonly TimeSpan SweepsAreApart = TimeSpan.FromMinutes(20);

    /// <summary>Between two steps: at once, longer than a claim, or now one and now the other.</summary>
    private static readonly TimeSpan[][] Gaps =
    [
        [TimeSpan.FromSeconds(5)],
        [TimeSpan.FromMinutes(7)],
        [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(7)],
        [TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(5)],
    ];

    private enum Attempt
    {
        Accepted,
        AnswerLost,
        RequestLost,
        Refused,
        Down,
        KilledBefore,
        KilledAfter,
    }

    private enum Kind
    {
        OtherName,
        OverTheFirst,
        MarkedAsSigned,
    }

    private enum Step
    {
        Drop,
        Claim,
        Finish,
    }

    [Fact]
    public void Drops_two_inAnyOrderWithAnyOutcomes_arriveOnce()
    {
        var outcomes = Sequences(Enum.GetValues<Attempt>(), 3).ToList();
        HoldEach(Orders(2), Sequences(Enum.GetValues<Kind>(), 1).ToList(), outcomes).Should().Be(10 * 4 * 3 * 343);
    }

    [Fact]
    public void Drops_three_inAnyOrderWithTheOutcomesThatDiffer_arriveOnce()
    {
        var outcomes = Sequences([Attempt.Accepted, Attempt.AnswerLost, Attempt.Refused, Attempt.KilledAfter], 2).ToList();
        HoldEach(Orders(3), Sequences(Enum.GetValues<Kind>(), 2).ToList(), outcomes).Should().Be(280 * 4 * 9 * 16);
    }

    private static int HoldEach(IEnumerable<(int Drop, Step Step)[]> orders, List<Kind[]> kinds, List<Attempt[]> outcomes)
    {
        var histories = 0;
        foreach (var order in orders)
        {
            foreach (var kind in kinds)
            {
                foreach (var gaps in Gaps)
                {
                    foreach (var attempts in outcomes)
                    {
                        histories++;
                        if (new History(kind, gaps, attempts).Break(order) is { } broken)
                        {
                            Assert.Fail(string.Create(
                                CultureInfo.InvariantCulture,
                                $"{broken} Steps: {string.Join(", ", order)}. Kinds: {string.Join(", ", kind)}. Gaps: {string.Join(", ", gaps)}. Attempts: {string.Join(", ", attempts)}."));
                        }
                    }
                }
            }
        }

        return histories;
    }

    /// <summary>Every way to interleave the drops and their two steps; the first drop is made first, and so on.</summary>
    private static IEnumerable<(int Drop, Step Step)[]> Orders(int drops)
    {
        return From([], new int[drops]);

        IEnumerable<(int, Step)[]> From((int, Step)[] before, int[] next)
        {
            if (before.Length == drops * 3)
            {
                yield return before;
            }

            for (var drop = 0; drop < drops; drop++)
            {
                if (next[drop] == 3 || (next[drop] == 0 && drop > 0 && next[drop - 1] == 0))
                {
                    continue;
                }

                int[] after = [.. next];
                after[drop]++;
                foreach (var order in From([.. before, (drop, (Step)next[drop])], after))
                {
                    yield return order;
                }
            }
        }
    }

    private static IEnumerable<T[]> Sequences<T>(IReadOnlyList<T> values, int length) => length == 0
        ? [[]]
        : Sequences(values, length - 1).SelectMany(_ => values, (before, value) => (T[])[.. before, value]);

    private sealed class History(Kind[] kinds, TimeSpan[] gaps, Attempt[] attempts)
    {
        private readonly OutboundWorld world = new(new HazchemManners(false, false, 500_000, TimeSpan.Zero, Forbidden: null));
        private readonly Dictionary<int, IEnumerator<Pause>> owners = [];
        private int attempted;

        /// <summary>What is broken; null if the promise was kept.</summary>
        public string? Break((int Drop, Step Step)[] order)
        {
            for (var i = 0; i < order.Length; i++)
            {
                var (drop, step) = order[i];
                world.Now += gaps[i % gaps.Length];
                switch (step)
                {
                    case Step.Drop:
                        world.Put(NameOf(drop), Content, signed: drop > 0 && kinds[drop - 1] == Kind.MarkedAsSigned);
                        break;
                    case Step.Claim:
                        var owner = OutboundOwner.Send(world, NameOf(drop)).GetEnumerator();
                        while (owner.MoveNext())
                        {
                            if (owner.Current == Pause.BeforeHazchem)
                            {
                                owners[drop] = owner;
                                break;
                            }
                        }

                        break;
                    case Step.Finish when owners.Remove(drop, out var waiting):
                        Finish(waiting);
                        break;
                }
            }

            Sweep();
            var row = world.Rows.Single().Value.Document;
            if (row.State is OutboundState.Failed && !world.Hazchem.Held.Contains(Content))
            {
                // A person has asked Hazchem, and drops it again in fine weather.
                attempted = attempts.Length;
                world.Now += TimeSpan.FromHours(1);
                world.Put("045/HZ1/pod/again.jpg", Content);
                Sweep();
                row = world.Rows.Single().Value.Document;
                if (row.State != OutboundState.Sent)
                {
                    return $"Dropped again by a person, it is {row.State}: {row.Reason}";
                }
            }

            return BrokenAtTheEnd(row);
        }

        private string? BrokenAtTheEnd(OutboundDocument row)
        {
            if (world.DropBox.Count + world.Waiting.Count > 0)
            {
                return "Something is left in the drop box.";
            }

            var held = world.Hazchem.Held.Count;
            if (held > 1 + world.FreshStarts.GetValueOrDefault(row.Key))
            {
                return $"Hazchem holds it {held} times, and nobody decided that.";
            }

            return (row.State, held) switch
            {
                (OutboundState.Sent, > 0) => null,
                (OutboundState.Rejected, 0) => null,
                (OutboundState.Rejected or OutboundState.Failed, _) when row.Reason!.Contains("may have arrived", StringComparison.Ordinal) => null,
                (OutboundState.Rejected, _) when world.FreshStarts.ContainsKey(row.Key) => null,
                _ => $"It is {row.State}, Hazchem holds it {held} times, and the reason is: {row.Reason}",
            };
        }

        private string NameOf(int drop) =>
            drop == 0 || kinds[drop - 1] == Kind.OverTheFirst ? "045/HZ1/pod/0.jpg" : string.Create(CultureInfo.InvariantCulture, $"045/HZ1/pod/{drop}.jpg");

        private void Sweep()
        {
            for (var sweep = 0; sweep < MaxSweeps && (world.DropBox.Count > 0 || world.Waiting.Count > 0); sweep++)
            {
                world.Now += SweepsAreApart;
                Finish(OutboundOwner.Sweep(world).GetEnumerator());
            }

            world.Now += SweepsAreApart;
            Finish(OutboundOwner.CountDay(world).GetEnumerator());
        }

        /// <summary>To its end, or until it is killed.</summary>
        private void Finish(IEnumerator<Pause> owner)
        {
            do
            {
                if (owner.Current != Pause.BeforeHazchem)
                {
                    continue;
                }

                var outcome = attempted < attempts.Length ? attempts[attempted] : Attempt.Accepted;
                attempted++;
                world.Hazchem.Weather = outcome switch
                {
                    Attempt.AnswerLost => Weather.AnswersLost,
                    Attempt.RequestLost => Weather.RequestsLost,
                    Attempt.Refused => Weather.Refusing,
                    Attempt.Down => Weather.Down,
                    _ => Weather.Fine,
                };
                if (outcome == Attempt.KilledAfter)
                {
                    owner.MoveNext();
                }

                if (outcome is Attempt.KilledBefore or Attempt.KilledAfter)
                {
                    return;
                }
            }
            while (owner.MoveNext());
        }
    }
}
