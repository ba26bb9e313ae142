import ArgumentParser
print("accordd")
