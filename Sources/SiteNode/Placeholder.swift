import Hummingbird
import HummingbirdCore
import NIOSSL
import Yams
import ServiceLifecycle
import Logging
