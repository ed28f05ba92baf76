namespace Hazchem.Functions.Outbound;

/// <summary>The times and counts that the states of a document go by.</summary>
internal static class OutboundPolicy
{
    /// <summary>Less than the <c>functionTimeout</c> of five minutes by what recording an outcome may take.</summary>
    public static readonly TimeSpan FunctionLasts = TimeSpan.FromMinutes(4.75);

    /// <summary>Longer than the <c>functionTimeout</c> of five minutes, at which the host kills the owner.</summary>
    public static readonly TimeSpan ClaimLasts = TimeSpan.FromMinutes(6);

    /// <summary>A file that nobody has claimed for so long was missed by the trigger: the sweep takes it.</summary>
    public static readonly TimeSpan MissedAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// When the app is stopped, a call to Hazchem may go on for so long. The host gives its worker 5 seconds, and recording takes
    /// some of them.
    /// </summary>
    public static readonly TimeSpan CallFinishesWithin = TimeSpan.FromSeconds(3);

    /// <summary>A picture that ends the process ends its neighbours' work too.</summary>
    public const int MaxClaimsWithoutOutcome = 3;

    /// <summary>Hazchem remembers keys for 24 hours; an hour is for clocks and for the way.</summary>
    public static readonly TimeSpan AmbiguousLasts = TimeSpan.FromHours(23);

    /// <summary>The last attempt is due a little before, so that it is made in time.</summary>
    public static readonly TimeSpan LastAmbiguousAttempt = AmbiguousLasts - TimeSpan.FromMinutes(10);

    /// <summary>By how much this app's clock and the storage account's may differ when a drop is set against a document's end.</summary>
    public static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    /// <summary>
    /// A person sees what has waited so long, or whose consignment Hazchem has not known for so long: that one may be announced yet.
    /// </summary>
    public static readonly TimeSpan WaitShownAfter = TimeSpan.FromHours(1);

    /// <summary>A consignment that Hazchem does not know may be announced yet.</summary>
    public static readonly TimeSpan UnknownConsignmentGivenUpAfter = TimeSpan.FromDays(1);

    /// <summary>A file that has been in the drop box for longer is counted as overdue, whatever it waits for but its consignment.</summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromHours(1);

    /// <summary>Where a 413 does not say its limit: this part of what was too large.</summary>
    public const double ShrinkWithoutKnownLimit = 0.8;

    /// <summary>No limit under this is believed, in bytes: a page would not read.</summary>
    public const long SmallestBelievableLimit = 50_000;

    /// <summary>How long a second blob with the same bytes waits for what becomes of the first.</summary>
    public static readonly TimeSpan LookAgainAtRepeat = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a picture that takes too long or too much memory is tried again, since the machine may only be busy; then it
    /// is refused.
    /// </summary>
    public static readonly TimeSpan BusyMachineRefusedAfter = TimeSpan.FromMinutes(10);

    /// <summary>How long a document that was dropped before shadow mode was switched on waits for its end.</summary>
    public static readonly TimeSpan LookAgainInShadowMode = TimeSpan.FromHours(1);

    /// <summary>How long a file is left alone after something that nobody foresaw.</summary>
    public static readonly TimeSpan LookAgainAtFailure = TimeSpan.FromMinutes(5);

    /// <summary>How often a file that is handled but could not be deleted is tried again.</summary>
    public static readonly TimeSpan LookAgainAtUndeletable = TimeSpan.FromDays(1);

    /// <summary>How often a person is told anew of a file that cannot be read at all.</summary>
    public static readonly TimeSpan LookAgainAtUnreadable = TimeSpan.FromDays(1);

    private static readonly TimeSpan[] Delays =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <param name="attempts">How many attempts ended in waiting, from 1.</param>
    public static TimeSpan DelayAfter(int attempts) => Delays[Math.Min(attempts, Delays.Length) - 1];
}
