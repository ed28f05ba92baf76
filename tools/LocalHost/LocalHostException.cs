namespace Hazchem.LocalHost;

/// <summary>Something a developer can put right; the message is shown as it is, without a stack trace.</summary>
public sealed class LocalHostException : Exception
{
    public LocalHostException()
    {
    }

    public LocalHostException(string message)
        : base(message)
    {
    }

    public LocalHostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
